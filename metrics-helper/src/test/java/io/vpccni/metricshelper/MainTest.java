package io.vpccni.metricshelper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MainTest {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  @Test
  void helpSaysWhatTheProgramDoesAndHowItIsUsed() {
    assertThat(run(Map.of(), "--help")).isZero();
    assertThat(text(output))
        .startsWith("cni-metrics-helper ")
        .contains("usage: cni-metrics-helper", "--dry-run", "Exit codes:", "Example:");
    assertThat(errors.size()).isZero();
  }

  @Test
  void unknownArgumentsAreRefusedInOneSentence() {
    assertThat(run(Map.of(), "--cloudwatch", "now")).isEqualTo(2);
    assertThat(text(errors))
        .isEqualTo("cni-metrics-helper: unknown argument \"now\"; see cni-metrics-helper --help\n");
    assertThat(output.size()).isZero();
  }

  @Test
  void aSettingThatIsRefusedIsNamed() {
    assertThat(run(Map.of("METRIC_UPDATE_INTERVAL", "soon"))).isEqualTo(1);
    assertThat(text(errors))
        .isEqualTo(
            "cni-metrics-helper cannot start: METRIC_UPDATE_INTERVAL=\"soon\" is not a whole"
                + " number of 1 to 3600\n");
  }

  private int run(Map<String, String> env, String... arguments) {
    return Main.run(
        List.of(arguments),
        env,
        new PrintStream(output, true, StandardCharsets.UTF_8),
        new PrintStream(errors, true, StandardCharsets.UTF_8));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
