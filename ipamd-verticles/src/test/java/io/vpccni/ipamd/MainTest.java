package io.vpccni.ipamd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.fixtures.PrintedText;
import org.junit.jupiter.api.Test;

class MainTest {
  private final PrintedText output = new PrintedText();
  private final PrintedText errors = new PrintedText();

  @Test
  void helpSaysWhatTheProgramDoesAndHowItIsUsed() {
    assertThat(run("--help")).isZero();
    assertThat(output.text())
        .startsWith("ipamd ")
        .contains("usage: ipamd", "WARM_ENI_TARGET", "Exit codes:", "Example:");
    assertThat(errors.text()).isEmpty();
  }

  @Test
  void unknownArgumentsAreRefusedInOneSentence() {
    assertThat(run("serve --now")).isEqualTo(2);
    assertThat(errors.text())
        .isEqualTo("ipamd: unknown arguments \"serve --now\"; see ipamd --help\n");
    assertThat(output.text()).isEmpty();
  }

  private int run(String arguments) {
    return Main.run(arguments, output.stream(), errors.stream());
  }
}
