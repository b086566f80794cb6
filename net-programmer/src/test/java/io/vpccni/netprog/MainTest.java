package io.vpccni.netprog;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.fixtures.PrintedText;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MainTest {
  private final PrintedText output = new PrintedText();
  private final PrintedText errors = new PrintedText();

  @Test
  void helpSaysWhatTheProgramDoesAndHowItIsUsed() {
    assertThat(run("--help")).isZero();
    assertThat(output.text())
        .startsWith("net-programmer ")
        .contains("usage: net-programmer", "NETPROG_SOCKET", "Exit codes:", "Example:");
    assertThat(errors.text()).isEmpty();
  }

  @Test
  void unknownArgumentsAreRefusedInOneSentence() {
    assertThat(run("init --now")).isEqualTo(2);
    assertThat(errors.text())
        .isEqualTo("net-programmer: unknown arguments \"init --now\"; see net-programmer --help\n");
    assertThat(output.text()).isEmpty();
  }

  @Test
  void eachSubcommandKnowsTheHelpAsWell() {
    assertThat(run("init --help")).isZero();
    assertThat(output.text()).contains("Environment of init:");
  }

  private int run(String arguments) {
    return Main.run(arguments, Map.of(), output.stream(), errors.stream());
  }
}
