package io.vpccni.sim.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.fixtures.PrintedText;
import java.util.List;
import org.junit.jupiter.api.Test;

class MainTest {
  private final PrintedText output = new PrintedText();
  private final PrintedText errors = new PrintedText();

  @Test
  void helpSaysWhatTheProgramDoesAndHowItIsUsed() {
    assertThat(run("--help")).isZero();
    assertThat(output.text())
        .startsWith("vpc-sim ")
        .contains("usage: vpc-sim", "VPC_SIM_ADMIN", "Exit codes:", "Example:");
    assertThat(errors.text()).isEmpty();
  }

  @Test
  void unknownArgumentsAreRefusedInOneSentence() {
    assertThat(run("--verbose scene.yaml")).isEqualTo(2);
    assertThat(errors.text())
        .isEqualTo("vpc-sim: unknown arguments \"--verbose scene.yaml\"; see vpc-sim --help\n");
    assertThat(output.text()).isEmpty();
  }

  @Test
  void aSceneThatCannotBeReadIsAnError() {
    assertThat(run("no-such-scene.yaml")).isOne();
    assertThat(errors.text())
        .startsWith("vpc-sim: cannot read the scene file /")
        .endsWith("/no-such-scene.yaml\n");
  }

  private int run(String arguments) {
    return Main.run(List.of(arguments.split(" ")), output.stream(), errors.stream()).orElseThrow();
  }
}
