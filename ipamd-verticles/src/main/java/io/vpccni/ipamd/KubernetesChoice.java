package io.vpccni.ipamd;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.kubernetes.service.KubernetesSettings;
import java.time.Duration;
import java.util.Optional;

/** Derives the settings of the Kubernetes part from the operator's. */
final class KubernetesChoice {
  private static final Duration REQUEST = Duration.ofSeconds(5);

  private KubernetesChoice() {}

  static KubernetesSettings of(AgentConfig config) {
    var cluster = config.cluster();
    return new KubernetesSettings(
        cluster.reachable(),
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
