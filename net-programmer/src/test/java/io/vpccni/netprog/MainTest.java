package io.vpccni.netprog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MainTest {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  @Test
  void helpSaysWhatTheProgramDoesAndHowItIsUsed() {
    assertThat(run("--help")).isZero();
    assertThat(output.toString(StandardCharsets.UTF_8))
        .startsWith("net-programmer ")
        .contains("usage: net-programmer", "NETPROG_SOCKET", "Exit codes:", "Example:");
    assertThat(errors.size()).isZero();
  }

  @Test
  void unknownArgumentsAreRefusedInOneSentence() {
    assertThat(run("init --now")).isEqualTo(2);
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .isEqualTo("net-programmer: unknown arguments \"init --now\"; see net-programmer --help\n");
    assertThat(output.size()).isZero();
  }

  @Test
  void eachSubcommandKnowsTheHelpAsWell() {
    assertThat(run("init --help")).isZero();
    assertThat(output.toString(StandardCharsets.UTF_8)).contains("Environment of init:");
  }

  private int run(String arguments) {
    return Main.run(
        arguments,
        Map.of(),
        new PrintStream(output, true, StandardCharsets.UTF_8),
        new PrintStream(errors, true, StandardCharsets.UTF_8));
  }
}
