package io.vpccni.e2e;

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
        .startsWith("testbed ")
        .contains("usage: testbed", "INSTANCE_TYPE", "Exit codes:", "Example:");
    assertThat(errors.size()).isZero();
  }

  @Test
  void unknownArgumentsAreRefusedInOneSentence() {
    assertThat(run("demo --fast")).isEqualTo(2);
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .isEqualTo("testbed: unknown arguments \"demo --fast\"; see testbed --help\n");
    assertThat(output.size()).isZero();
  }

  @Test
  void aMissingVerbIsRefused() {
    assertThat(run("")).isEqualTo(2);
    assertThat(errors.toString(StandardCharsets.UTF_8)).contains("say demo, up or bench");
  }

  private int run(String arguments) {
    return Main.run(
        arguments,
        Map.of(),
        new PrintStream(output, true, StandardCharsets.UTF_8),
        new PrintStream(errors, true, StandardCharsets.UTF_8));
  }
}
