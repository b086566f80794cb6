package io.vpccni.e2e.bench;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.vpccni.e2e.bench.Bench.Setup;
import io.vpccni.e2e.testbed.Node;

/** Creates the Pod objects of those pods that {@code cni-bench} adds. */
final class ApiPods {
  private static final String NAMESPACE = "bench";
  private static final String COLLECTION = "/api/v1/namespaces/" + NAMESPACE + "/pods";

  private ApiPods() {}

  /** Creates pods that the scheduler has bound to the node, and that have no address yet. */
  static void bound(Setup setup, Node node, String prefix, int count) {
    for (int number = 0; number < count; number++) {
      setup
          .testbed()
          .sim()
          .kubernetes()
          .create(
              COLLECTION,
              new PodBuilder()
                  .withNewMetadata()
                  .withNamespace(NAMESPACE)
                  .withName(prefix + "-" + number)
                  .endMetadata()
                  .withNewSpec()
                  .withNodeName(node.name())
                  .endSpec()
                  .withNewStatus()
                  .withPhase("Pending")
                  .endStatus()
                  .build());
    }
  }
}
