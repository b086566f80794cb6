package io.vpccni.ipamd.kubernetes.service;

import java.time.Duration;
import java.util.Optional;

/**
 * This is how the Kubernetes API is reached and what is watched there. Server, certificates and
 * token come from where every client finds them: {@code KUBECONFIG}, the service account, {@code
 * ~/.kube/config}.
 *
 * @param enabled false: the client is not even loaded
 * @param nodeName {@code MY_NODE_NAME}; empty: there is no Node to watch
 * @param podName {@code MY_POD_NAME}: events are about this pod
 * @param podNamespace where that pod is
 * @param server {@code CLUSTER_ENDPOINT}: replaces the API server's URL
 * @param version {@code VPC_CNI_VERSION}, for the user agent
 * @param watchPods whether pods bound to this node are watched, which costs memory
 * @param eniConfigAnnotation {@code ENI_CONFIG_ANNOTATION_DEF}
 * @param eniConfigLabel {@code ENI_CONFIG_LABEL_DEF}
 * @param requestTimeout for one request
 */
public record KubernetesSettings(
    boolean enabled,
    String nodeName,
    String podName,
    String podNamespace,
    Optional<String> server,
    String version,
    boolean watchPods,
    String eniConfigAnnotation,
    String eniConfigLabel,
    Duration requestTimeout) {
  public static final String ENI_CONFIG_KEY = "k8s.amazonaws.com/eniConfig";

  /** Tells whether there is a node to watch. */
  boolean watchesNode() {
    return enabled && !nodeName.isEmpty();
  }

  /** Tells whether there is a pod to send events about. */
  boolean tellsEvents() {
    return enabled && !podName.isEmpty();
  }

  public static KubernetesSettings of(String nodeName, String podName) {
    return new KubernetesSettings(
        true,
        nodeName,
        podName,
        "kube-system",
        Optional.empty(),
        "",
        true,
        ENI_CONFIG_KEY,
        ENI_CONFIG_KEY,
        Duration.ofSeconds(5));
  }
}
