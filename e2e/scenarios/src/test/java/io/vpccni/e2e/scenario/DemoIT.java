package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user starts the demo; it is small here, so that it can run twice. */
class DemoIT {
  private static final Path HOME = Path.of(System.getProperty("vpccni.home", "."));

  @BeforeEach
  void possible() {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
  }

  @Test
  void twoRunsLeaveTheMachineAsItWas() throws IOException, InterruptedException {
    var before = MachineSnapshot.look();
    for (int run = 0; run < 2; run++) {
      var demo = start();
      var said = demo.inputReader(StandardCharsets.UTF_8).lines().toList();
      assertThat(said.getLast())
          .as(String.join("\n", said))
          .matches("demo: PASS nodes=1 pods=24 pings=(\\d+)/\\1 snat=ok leaks=0 seconds=\\d+");
      assertThat(demo.waitFor()).isZero();
    }
    assertThat(before.changes()).isEmpty();
  }

  @Test
  void anInterruptedRunLeavesTheMachineAsItWas() throws IOException, InterruptedException {
    var before = MachineSnapshot.look();
    // While agents start, while pods are being added, and with pods on the node.
    for (var moment : List.of("starting net-programmer", "nodes are ready", "-pod-3")) {
      var demo = start();
      var said = sayUntil(demo.inputReader(StandardCharsets.UTF_8), moment);
      // Else the comparison below would compare nothing.
      assertThat(Path.of("/run/netns/vpcsim-" + demo.pid() + "-router")).exists();
      demo.destroy();
      assertThat(demo.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
      assertThat(demo.exitValue()).as(said).isNotZero();
      assertThat(before.changes()).as("interrupted at: " + moment).isEmpty();
    }
  }

  private static Process start() throws IOException {
    var start =
        new ProcessBuilder(HOME.resolve("e2e/scenarios/target/dist/bin/testbed").toString(), "demo")
            .redirectErrorStream(true);
    start.environment().put("NODES", "1");
    start.environment().put("PODS", "24");
    start.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return start.start();
  }

  private static String sayUntil(BufferedReader lines, String word) throws IOException {
    var said = new ArrayList<String>();
    for (String line; (line = lines.readLine()) != null; ) {
      said.add(line);
      if (line.contains(word)) {
        break;
      }
    }
    return said.stream().collect(Collectors.joining("\n"));
  }
}
