package io.vpccni.ipamd.config;

/**
 * This is how the Kubernetes API is found and who we are there; each text may be empty.
 *
 * @param reachable whether there is a sign of an API server; elsewhere its client is not even
 *     loaded
 * @param endpoint {@code CLUSTER_ENDPOINT} instead of the in-cluster address
 * @param eniConfigAnnotation key of the node annotation that names the ENIConfig
 * @param eniConfigLabel key of the node label that names it
 */
public record ClusterConfig(
    boolean reachable,
    String nodeName,
    String podName,
    String endpoint,
    String eniConfigAnnotation,
    String eniConfigLabel) {}
