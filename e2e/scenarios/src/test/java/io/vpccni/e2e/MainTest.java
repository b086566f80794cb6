package io.vpccni.e2e;

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
        .startsWith("testbed ")
        .contains("usage: testbed", "INSTANCE_TYPE", "Exit codes:", "Example:");
    assertThat(errors.text()).isEmpty();
  }

  @Test
  void unknownArgumentsAreRefusedInOneSentence() {
    assertThat(run("demo --fast")).isEqualTo(2);
    assertThat(errors.text())
        .isEqualTo("testbed: unknown arguments \"demo --fast\"; see testbed --help\n");
    assertThat(output.text()).isEmpty();
  }

  @Test
  void aMissingVerbIsRefused() {
    assertThat(run("")).isEqualTo(2);
    assertThat(errors.text()).contains("say demo, up or bench");
  }

  private int run(String arguments) {
    return Main.run(arguments, Map.of(), output.stream(), errors.stream());
  }
}
