package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The processes of containers are found by their control groups. */
final class ControlGroups {
  private ControlGroups() {}

  /** Returns the processes in a control group below the given one, in any hierarchy. */
  static List<String> processes(String group) throws IOException {
    var found = new ArrayList<String>();
    for (var process : ProcessHandle.allProcesses().toList()) {
      var file = Path.of("/proc/" + process.pid() + "/cgroup");
      try {
        if (Files.readString(file).contains(group)) {
          found.add(process.info().commandLine().orElse("" + process.pid()));
        }
      } catch (IOException gone) {
        // It has ended meanwhile.
      }
    }
    return found;
  }

  static void awaitEmpty(String group) throws IOException {
    Wait.until(
        "no process is left in " + group, Duration.ofSeconds(10), () -> processes(group).isEmpty());
    assertThat(processes(group)).isEmpty();
  }
}
