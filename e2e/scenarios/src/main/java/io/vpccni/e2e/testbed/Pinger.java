package io.vpccni.e2e.testbed;

import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends pings from a pod or a node.
 *
 * @param enter words that run a command there when they precede it
 */
public record Pinger(List<String> enter) {
  public Pinger {
    enter = List.copyOf(enter);
  }

  public static Pinger in(Pod pod) {
    return new Pinger(List.of("ip", "netns", "exec", pod.netns()));
  }

  public static Pinger on(Node node) {
    return new Pinger(node.namespaces().enter());
  }

  /** Returns whether one request is answered within the time, which counts in whole seconds. */
  public boolean reaches(Ip target, Duration atMost, String... options) {
    try {
      ping(target, atMost, options);
      return true;
    } catch (IOException lost) {
      return false;
    }
  }

  /**
   * Sends one request.
   *
   * @throws IOException with the words of {@code ping}, among them what routers told it
   */
  public void ping(Ip target, Duration atMost, String... options) throws IOException {
    var command = new ArrayList<>(enter);
    command.addAll(List.of("ping", "-n", "-c", "1", "-W", Long.toString(atMost.toSeconds())));
    command.addAll(List.of(options));
    command.add(target.toString());
    Tool.run(List.of(), command.toArray(String[]::new));
  }
}
