package io.vpccni.e2e.scenario;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.Introspection;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.rpc.wire.introspection.Condition;
import io.vpccni.sim.ec2.Eni;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Shows what the agents of a testbed say about themselves and what the API server has heard from
 * them, and changes objects of the API server.
 */
final class AgentView implements AutoCloseable {
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private final Introspection introspection = new Introspection();

  /** Returns the addresses for pods by ENI, or nothing while the agent does not answer. */
  Map<String, Set<String>> enis(Node node) {
    var all = new TreeMap<String, Set<String>>();
    try {
      introspection
          .enis(node)
          .forEach(eni -> all.put(eni.getEniId(), new TreeSet<>(eni.getCidrsList())));
    } catch (IOException starting) {
      all.clear();
    }
    return all;
  }

  /** Returns the addresses for pods by ENI as EC2 has them. */
  static Map<String, Set<String>> enis(Collection<Eni> attached) {
    var all = new TreeMap<String, Set<String>>();
    for (var eni : attached) {
      var cidrs = new TreeSet<String>();
      eni.secondary().forEach(ip -> cidrs.add(ip.asCidr().toString()));
      all.put(eni.id(), cidrs);
    }
    return all;
  }

  /**
   * Returns the name of each condition, with its subject where there is one, or {@code NoAnswer}
   * while the agent does not answer.
   */
  Set<String> conditions(Node node) {
    var all = new TreeSet<String>();
    try {
      introspection.pool(node).getConditionsList().forEach(each -> all.add(text(each)));
    } catch (IOException starting) {
      all.add("NoAnswer");
    }
    return all;
  }

  private static String text(Condition condition) {
    return (condition.getName() + " " + condition.getSubject()).strip();
  }

  /** Returns the reason and action of each event. */
  Set<String> events(Testbed testbed) throws IOException {
    var found = new TreeSet<String>();
    for (var path : new String[] {"/api/v1/events", "/apis/events.k8s.io/v1/events"}) {
      new JsonObject(ClusterApi.send(testbed, "GET", path, ""))
          .getJsonArray("items")
          .forEach(
              item -> {
                var event = (JsonObject) item;
                found.add(event.getString("reason") + " " + event.getString("action"));
              });
    }
    return found;
  }

  void annotate(Testbed testbed, Node node, String name, String value) throws IOException {
    var patch =
        new JsonObject()
            .put(
                "metadata",
                new JsonObject()
                    .put("annotations", new JsonObject().put("vpc.amazonaws.com/" + name, value)));
    var unused = ClusterApi.send(testbed, "PATCH", "/api/v1/nodes/" + node.name(), patch.encode());
  }

  /** Binds a pod to a node, as the scheduler does. No runtime hears of it here. */
  void bind(Testbed testbed, Node node, String pod) {
    testbed
        .sim()
        .kubernetes()
        .create(
            PODS,
            new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(pod)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node.name())
                .endSpec()
                .build());
  }

  void delete(Testbed testbed, String pod) throws IOException {
    var unused = ClusterApi.send(testbed, "DELETE", PODS + "/" + pod, "");
  }

  @Override
  public void close() {
    introspection.close();
  }
}
