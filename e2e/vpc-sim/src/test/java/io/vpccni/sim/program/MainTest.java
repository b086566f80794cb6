package io.vpccni.sim.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MainTest {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  @Test
  void helpSaysWhatTheProgramDoesAndHowItIsUsed() {
    assertThat(run("--help")).isZero();
    assertThat(output.toString(StandardCharsets.UTF_8))
        .startsWith("vpc-sim ")
        .contains("usage: vpc-sim", "VPC_SIM_ADMIN", "Exit codes:", "Example:");
    assertThat(errors.size()).isZero();
  }

  @Test
  void unknownArgumentsAreRefusedInOneSentence() {
    assertThat(run("--verbose scene.yaml")).isEqualTo(2);
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .isEqualTo("vpc-sim: unknown arguments \"--verbose scene.yaml\"; see vpc-sim --help\n");
    assertThat(output.size()).isZero();
  }

  @Test
  void aSceneThatCannotBeReadIsAnError() {
    assertThat(run("no-such-scene.yaml")).isOne();
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .startsWith("vpc-sim: cannot read the scene file /")
        .endsWith("/no-such-scene.yaml\n");
  }

  private int run(String arguments) {
    return Main.run(
            List.of(arguments.split(" ")),
            new PrintStream(output, true, StandardCharsets.UTF_8),
            new PrintStream(errors, true, StandardCharsets.UTF_8))
        .orElseThrow();
  }
}
