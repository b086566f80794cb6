package io.vpccni.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.fixtures.PrintedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs the scenarios of the examples with few nodes. */
class FleetTest {
  private static final Logger ROOT = Logger.getLogger("");
  private static final Level BEFORE = ROOT.getLevel();

  @BeforeAll
  static void silence() {
    ROOT.setLevel(Level.OFF);
  }

  @AfterAll
  static void speakAgain() {
    ROOT.setLevel(BEFORE);
  }

  private static Scenario example(String name) throws IOException {
    return ScenarioFile.parse(Files.readString(Path.of("examples", name + ".yaml")));
  }

  @Test
  void everyPodOfARampGetsItsAddressAndNothingIsTakenTwice() throws IOException {
    var result = new Fleet(example("ramp").withNodes(20), 1).run();

    assertThat(result.pods().granted()).isGreaterThanOrEqualTo(20 * 20);
    var last = result.samples().getLast();
    assertThat(last.nodes()).isEqualTo(20);
    assertThat(last.used()).isBetween(20L * 19, 20L * 20);
    assertThat(last.held()).isGreaterThanOrEqualTo(last.used());
    // Three subnets of 2^16 without EC2's own five each; each ENI has a primary address.
    assertThat(last.subnetFree() + last.held() + last.enis()).isEqualTo(3 * (65536L - 5));
    assertThat(result.calls().get("CreateNetworkInterface"))
        .isNotNull()
        .satisfies(calls -> assertThat(calls.asked()).isGreaterThanOrEqualTo(20));
  }

  @Test
  void theSameSeedGivesTheSameResultAndAnotherOneDoesNot() throws IOException {
    var scenario = example("ramp").withNodes(5);

    assertThat(new Fleet(scenario, 7).run()).isEqualTo(new Fleet(scenario, 7).run());
    assertThat(new Fleet(scenario, 7).run()).isNotEqualTo(new Fleet(scenario, 8).run());
  }

  @Test
  void nodesAreReplacedAndEndAndTheirAddressesAreFreeAgain() throws IOException {
    var result = new Fleet(example("day").withNodes(12), 1).run();

    assertThat(result.samples().get(30).nodes()).as("while nodes are replaced").isEqualTo(12);
    assertThat(result.samples().get(50).nodes()).as("after the cluster has shrunk").isEqualTo(8);
    var last = result.samples().getLast();
    assertThat(last.nodes()).as("after a zone was lost").isBetween(5, 6);
    assertThat(last.enis()).isGreaterThanOrEqualTo(last.nodes());
  }

  @Test
  void manyNodesAtOnceAreThrottledAndStillServed() throws IOException {
    var ramp = example("ramp").withNodes(200);
    var atOnce =
        new Scenario(
            ramp.length(),
            ramp.nodes(),
            ramp.subnets(),
            ramp.group(),
            ramp.pods(),
            List.of(new Scenario.Ramp(Duration.ZERO, Duration.ofSeconds(1))));

    var result = new Fleet(atOnce, 1).run();

    long throttled = result.calls().values().stream().mapToLong(FleetResult.Calls::throttled).sum();
    assertThat(throttled).isPositive();
    assertThat(result.samples().getLast().used()).isGreaterThanOrEqualTo(200L * 19);
  }

  @Test
  void mistakesOfAScenarioAreToldWithTheirPlace() {
    assertThat(error("e2e-that-is-not-there.yaml")).contains("e2e-that-is-not-there.yaml");
    assertThat(problem("length: 30"))
        .isEqualTo("the file: length must be a duration such as 90s, 30m or 2h");
    assertThat(problem("lenght: 30m")).startsWith("the file: unknown member lenght");
    assertThat(problem("length: [")).startsWith("not valid YAML");
  }

  private static String problem(String text) {
    try {
      ScenarioFile.parse(text);
      return "";
    } catch (IllegalArgumentException wrong) {
      return String.valueOf(wrong.getMessage());
    }
  }

  private static String error(String file) {
    var err = new PrintedText();
    assertThat(Main.run(List.of(file), err.stream(), err.stream())).isEqualTo(1);
    return err.text();
  }
}
