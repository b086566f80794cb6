package io.vpccni.metricshelper;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.fixtures.PrintedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private final PrintedText output = new PrintedText();
  private final PrintedText errors = new PrintedText();

  @Test
  void helpSaysWhatTheProgramDoesAndHowItIsUsed() {
    assertThat(run(Map.of(), "--help")).isZero();
    assertThat(output.text())
        .startsWith("cni-metrics-helper ")
        .contains("usage: cni-metrics-helper", "--dry-run", "Exit codes:", "Example:");
    assertThat(errors.text()).isEmpty();
  }

  @Test
  void unknownArgumentsAreRefusedInOneSentence() {
    assertThat(run(Map.of(), "--cloudwatch", "now")).isEqualTo(2);
    assertThat(errors.text())
        .isEqualTo("cni-metrics-helper: unknown argument \"now\"; see cni-metrics-helper --help\n");
    assertThat(output.text()).isEmpty();
  }

  @Test
  void aSettingThatIsRefusedIsNamed() {
    assertThat(run(Map.of("METRIC_UPDATE_INTERVAL", "soon"))).isEqualTo(1);
    assertThat(errors.text())
        .isEqualTo(
            "cni-metrics-helper cannot start: METRIC_UPDATE_INTERVAL=\"soon\" is not a whole"
                + " number of 1 to 3600\n");
  }

  /** A header cannot carry this token, and the client would quote the whole header. */
  @Test
  @Timeout(60)
  void aDryRunWithATokenThatCannotBeSentEndsAndDoesNotShowIt(@TempDir Path folder)
      throws IOException {
    var kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
        users: [{name: u, user: {token: "s3cr3t-begin\\ns3cr3t-end"}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """);
    assertThat(run(Map.of(), "--dry-run", "--kubeconfig", kubeconfig.toString())).isEqualTo(1);
    assertThat(errors.text())
        .contains("cni-metrics-helper: the pods cannot be listed: ")
        .doesNotContain("s3cr3t");
    assertThat(output.text()).doesNotContain("s3cr3t");
  }

  @Test
  @Timeout(60)
  void aDryRunWithAKubeconfigThatIsNotThereSaysSo() {
    assertThat(run(Map.of(), "--dry-run", "--kubeconfig", "/nonexistent/config")).isEqualTo(1);
    assertThat(errors.text())
        .contains("cni-metrics-helper: the pods cannot be listed: ", "/nonexistent/config");
  }

  /** The table is for programs too, so what is logged meanwhile goes to the other stream. */
  @Test
  @Timeout(60)
  void aDryRunLogsOnStderrAndWithoutSecrets() {
    assertThat(
            run(
                Map.of(
                    "CLUSTER_ENDPOINT",
                    "http://127.0.0.1:1",
                    "USE_CLOUDWATCH",
                    "token=s3cr3t-word"),
                "--dry-run"))
        .isEqualTo(1);
    assertThat(errors.text())
        .contains("A setting cannot be used", "the pods cannot be listed")
        .doesNotContain("s3cr3t");
    assertThat(output.text()).isEmpty();
  }

  private int run(Map<String, String> env, String... arguments) {
    return Main.run(List.of(arguments), env, output.stream(), errors.stream());
  }
}
