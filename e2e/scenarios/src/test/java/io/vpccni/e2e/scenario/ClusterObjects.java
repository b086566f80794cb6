package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Testbed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
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
    send(testbed, "PATCH", agentPod(node) + "/status", status.encode(), 200);
  }

  static void remove(Testbed testbed, Node node) throws IOException {
    send(testbed, "DELETE", agentPod(node) + "?gracePeriodSeconds=0", "", 200);
  }

  private static String agentPod(Node node) {
    return PODS + "/aws-node-" + node.name();
  }

  /** Returns which replica of the metrics helper holds the Lease; empty if none does. */
  static String leaseHolder(Testbed testbed) throws IOException {
    try (var http = HttpClient.newHttpClient()) {
      var lease =
          http.send(
              HttpRequest.newBuilder(URI.create(testbed.sim().endpoints().kubernetes() + LEASE))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (lease.statusCode() != 200) return "";
      return new JsonObject(lease.body()).getJsonObject("spec").getString("holderIdentity");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }

  private static void send(Testbed testbed, String method, String path, String body, int expected)
      throws IOException {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create(testbed.sim().endpoints().kubernetes() + path))
                  .timeout(Duration.ofSeconds(10))
                  .header("Content-Type", "application/merge-patch+json")
                  .method(method, HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode())
          .as("%s %s: %s", method, path, answer.body())
          .isEqualTo(expected);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }
}
