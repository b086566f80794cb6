package io.vpccni.e2e.testbed;

import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/** Removes what a simulator left behind that was killed before it could clean up. */
public final class StaleNamespaces {
  private static final Pattern NAME = Pattern.compile("vpcsim-(\\d+)-\\S+");

  private StaleNamespaces() {}

  /**
   * Removes the namespaces that are named after a process that is gone, and kills the processes in
   * them.
   */
  public static void clear() throws IOException {
    for (var line : Tool.run(List.of(), "ip", "netns").lines().toList()) {
      var name = NAME.matcher(line.split(" ", 2)[0]);
      if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
        clear(name.group());
      }
    }
  }

  private static void clear(String netns) throws IOException {
    Tool.run(List.of(), "ip", "netns", "pids", netns)
        .lines()
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream())
        .forEach(ProcessHandle::destroyForcibly);
    Tool.run(List.of(), "ip", "netns", "del", netns);
  }
}
