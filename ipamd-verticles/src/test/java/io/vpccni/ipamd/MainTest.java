package io.vpccni.ipamd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MainTest {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  @Test
  void helpSaysWhatTheProgramDoesAndHowItIsUsed() {
    assertThat(run("--help")).isZero();
    assertThat(output.toString(StandardCharsets.UTF_8))
        .startsWith("ipamd ")
        .contains("usage: ipamd", "WARM_ENI_TARGET", "Exit codes:", "Example:");
    assertThat(errors.size()).isZero();
  }

  @Test
  void unknownArgumentsAreRefusedInOneSentence() {
    assertThat(run("serve --now")).isEqualTo(2);
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .isEqualTo("ipamd: unknown arguments \"serve --now\"; see ipamd --help\n");
    assertThat(output.size()).isZero();
  }

  private int run(String arguments) {
    return Main.run(
        arguments,
        new PrintStream(output, true, StandardCharsets.UTF_8),
        new PrintStream(errors, true, StandardCharsets.UTF_8));
  }
}
