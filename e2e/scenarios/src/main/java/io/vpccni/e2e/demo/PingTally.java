package io.vpccni.e2e.demo;

import io.vpccni.e2e.testbed.Pinger;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Sends the pings of a matrix and counts the answers by the relation of the two ends. */
final class PingTally {
  enum Relation {
    SAME_ENI("pod to pod, same ENI"),
    OTHER_ENI("pod to pod, other ENI of the node"),
    OTHER_NODE("pod to pod, other node"),
    POD_TO_NODE("pod to its own node"),
    POD_TO_OTHER_NODE("pod to another node"),
    NODE_TO_POD("node to its own pod"),
    NODE_TO_OTHER_POD("node to a pod of another node");

    final String words;

    Relation(String words) {
      this.words = words;
    }
  }

  /**
   * Neighbours are resolved within a second, so the answer to the one request takes no longer than
   * this.
   */
  private static final Duration ANSWER = Duration.ofSeconds(3);

  record Ping(Relation relation, String from, Pinger pinger, String to, Ip target) {
    boolean answered() {
      return pinger.reaches(target, ANSWER);
    }

    @Override
    public String toString() {
      return "%s to %s (%s): %s".formatted(from, to, target, relation.words);
    }
  }

  private final Map<Relation, int[]> counts = new EnumMap<>(Relation.class);
  private final List<Ping> lost = new ArrayList<>();

  void run(List<Ping> pings) throws IOException {
    var results = Parallel.map(pings, ping -> (Callable<Boolean>) ping::answered);
    for (int i = 0; i < pings.size(); i++) {
      var count = counts.computeIfAbsent(pings.get(i).relation(), _ -> new int[2]);
      count[1]++;
      if (results.get(i)) {
        count[0]++;
      } else {
        lost.add(pings.get(i));
      }
    }
  }

  int answered() {
    return counts.values().stream().mapToInt(count -> count[0]).sum();
  }

  int sent() {
    return counts.values().stream().mapToInt(count -> count[1]).sum();
  }

  List<Ping> lost() {
    return lost;
  }

  String table() {
    var out = new StringBuilder();
    counts.forEach(
        (relation, count) ->
            out.append("  %-36s %4d/%d%n".formatted(relation.words, count[0], count[1])));
    return out.toString();
  }
}
