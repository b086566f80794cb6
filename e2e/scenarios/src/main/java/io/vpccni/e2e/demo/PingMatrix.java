package io.vpccni.e2e.demo;

import io.vpccni.e2e.demo.PingTally.Ping;
import io.vpccni.e2e.demo.PingTally.Relation;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pinger;
import io.vpccni.e2e.testbed.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The matrix says who pings whom: every pod pings one pod of each ENI and every node, and every
 * node pings every pod.
 *
 * @param eniOf returns the id of the ENI that owns a pod's address
 */
record PingMatrix(List<Node> nodes, List<Pod> pods, Function<Pod, String> eniOf) {

  List<Ping> pings() {
    var pings = new ArrayList<Ping>();
    Map<String, List<Pod>> byEni =
        pods.stream()
            .collect(Collectors.groupingBy(eniOf, LinkedHashMap::new, Collectors.toList()));
    for (int i = 0; i < pods.size(); i++) {
      var pod = pods.get(i);
      var fromPod = Pinger.in(pod);
      for (var eni : byEni.entrySet()) {
        var others = eni.getValue().stream().filter(other -> !other.equals(pod)).toList();
        if (!others.isEmpty()) {
          // Each time another one, so that every pod is somebody's target.
          var target = others.get(i % others.size());
          var relation = relation(pod, target);
          pings.add(new Ping(relation, pod.name(), fromPod, target.name(), target.ip()));
        }
      }
      for (var node : nodes) {
        boolean own = node.equals(pod.node());
        pings.add(
            new Ping(
                own ? Relation.POD_TO_NODE : Relation.POD_TO_OTHER_NODE,
                pod.name(),
                fromPod,
                node.name(),
                node.address()));
        pings.add(
            new Ping(
                own ? Relation.NODE_TO_POD : Relation.NODE_TO_OTHER_POD,
                node.name(),
                Pinger.on(node),
                pod.name(),
                pod.ip()));
      }
    }
    return pings;
  }

  private Relation relation(Pod from, Pod to) {
    if (!from.node().equals(to.node())) {
      return Relation.OTHER_NODE;
    }
    return eniOf.apply(from).equals(eniOf.apply(to)) ? Relation.SAME_ENI : Relation.OTHER_ENI;
  }
}
