package io.vpccni.e2e.scenario;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Testbed;
import java.io.IOException;
import java.util.Map;

/** Plays what the API server has of the agents' pods and of the metrics helper's Lease. */
final class ClusterObjects {
  private static final String PODS = "/api/v1/namespaces/kube-system/pods";
  private static final String LEASE =
      "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/cni-metrics-helper";

  private ClusterObjects() {}

  /** Makes the pod of a node's agent known, which has the node's own address. */
  static void register(Testbed testbed, Node node) throws IOException {
    testbed
        .sim()
        .kubernetes()
        .create(
            PODS,
            new PodBuilder()
                .withNewMetadata()
                .withNamespace("kube-system")
                .withName("aws-node-" + node.name())
                .withLabels(Map.of("k8s-app", "aws-node"))
                .endMetadata()
                .build());
    var status =
        new JsonObject().put("status", new JsonObject().put("podIP", node.address().toString()));
    var unused = ClusterApi.send(testbed, "PATCH", agentPod(node) + "/status", status.encode());
  }

  static void remove(Testbed testbed, Node node) throws IOException {
    var unused = ClusterApi.send(testbed, "DELETE", agentPod(node) + "?gracePeriodSeconds=0", "");
  }

  private static String agentPod(Node node) {
    return PODS + "/aws-node-" + node.name();
  }

  /** Returns which replica of the metrics helper holds the Lease; empty if none does. */
  static String leaseHolder(Testbed testbed) throws IOException {
    var lease = ClusterApi.ask(testbed, "GET", LEASE, "");
    return lease.statusCode() == 200
        ? new JsonObject(lease.body()).getJsonObject("spec").getString("holderIdentity")
        : "";
  }
}
