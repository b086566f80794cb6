package io.vpccni.ipamd.config;

/**
 * How the Kubernetes API is found and who we are there; each may be empty.
 *
 * @param endpoint {@code CLUSTER_ENDPOINT} instead of the in-cluster address
 * @param eniConfigAnnotation key of the node annotation that names the ENIConfig
 * @param eniConfigLabel key of the node label that names it
 */
public record ClusterConfig(
    String nodeName,
    String podName,
    String endpoint,
    String eniConfigAnnotation,
    String eniConfigLabel) {}
