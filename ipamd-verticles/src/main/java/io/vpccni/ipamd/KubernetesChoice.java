package io.vpccni.ipamd;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.kubernetes.service.KubernetesSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The operator's settings, as the Kubernetes part wants them. */
final class KubernetesChoice {
  private static final Duration REQUEST = Duration.ofSeconds(5);

  /** Where one of these is set there is an API server; elsewhere its client is not even loaded. */
  private static final List<String> SIGNS =
      List.of("KUBERNETES_SERVICE_HOST", "KUBECONFIG", "CLUSTER_ENDPOINT");

  private KubernetesChoice() {}

  static KubernetesSettings of(AgentConfig config, Map<String, String> env) {
    var cluster = config.cluster();
    return new KubernetesSettings(
        SIGNS.stream().anyMatch(name -> !env.getOrDefault(name, "").isEmpty()),
        cluster.nodeName(),
        cluster.podName(),
        "kube-system",
        cluster.endpoint().isEmpty() ? Optional.empty() : Optional.of(cluster.endpoint()),
        config.aws().version(),
        !cluster.nodeName().isEmpty(),
        cluster.eniConfigAnnotation(),
        cluster.eniConfigLabel(),
        REQUEST);
  }
}
