package io.vpccni.charts;

import static io.vpccni.charts.Chart.IMAGES;
import static io.vpccni.charts.Chart.VPC_CNI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each chart as a whole: what Helm says of it, its version, and for which Kubernetes it is. */
class ChartFilesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("io.vpccni.charts.Chart#all")
  void helmHasNoComplaint(Chart chart) throws IOException {
    var result = chart.lint();
    assertThat(result.isFailed()).isFalse();
    assertThat(result.getMessages()).containsExactly("[INFO] Chart.yaml: icon is recommended");
  }

  @ParameterizedTest
  @MethodSource("io.vpccni.charts.Chart#all")
  void theVersionIsThatOfTheBuild(Chart chart) throws IOException {
    assertThat(Yaml.file(chart.folder().resolve("Chart.yaml")))
        .containsEntry("version", version())
        .containsEntry("appVersion", "v" + version());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.29.0",
        "1.30.0",
        "1.31.0",
        "1.32.0",
        "1.33.0-eks-802817d",
        "1.34.0",
        "1.35.0",
        "1.36.0"
      })
  void itIsTheSameForEachVersionOfKubernetes(String kubernetes) {
    assertThat(Chart.all())
        .allSatisfy(
            chart ->
                assertThat(chart.render(IMAGES, kubernetes).text())
                    .isEqualTo(chart.render(IMAGES, "1.36.0").text()));
  }

  @ParameterizedTest
  @MethodSource("io.vpccni.charts.Chart#all")
  void anOlderKubernetesIsRefused(Chart chart) {
    assertThatThrownBy(() -> chart.render(IMAGES, "1.28.9"))
        .hasMessageContaining("requires kubeVersion: >=1.29.0-0");
  }

  @Test
  void kubernetesKnowsEachFieldOfTheCustomResource() throws IOException {
    var file = VPC_CNI.folder().resolve("crds/eniconfigs.yaml");
    var definition = Objects.object(Files.readString(file));
    assertThat(definition).isInstanceOf(CustomResourceDefinition.class);
    assertThat(UnknownFields.of(definition)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("io.vpccni.charts.Chart#all")
  void thePackageIsTheChartAndAlwaysTheSame(Chart chart) throws Exception {
    var first = packed(chart, folder.resolve("first"));
    var second = packed(chart, folder.resolve("second"));
    assertThat(first).hasFileName(chart.name() + "-" + version() + ".tgz");
    assertThat(first).hasSameBinaryContentAs(second);
    var text =
        new Helm(first)
            .template()
            .withName(chart.name())
            .withNamespace("kube-system")
            .withKubeVersion("1.36.0")
            .set("image.account", "111122223333")
            .call();
    assertThat(text).isEqualTo(chart.render(IMAGES).text());
  }

  private static Path packed(Chart chart, Path target) throws IOException, InterruptedException {
    var script = new ProcessBuilder("./package", chart.name(), target.toString());
    var process = script.redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return Path.of(said.strip());
  }

  /** This shows that the search is able to find something. */
  @Test
  void aMisspelledFieldIsFound() {
    var text =
        VPC_CNI.render(IMAGES).text().replace("terminationGracePeriodSeconds", "gracePeriod");
    assertThat(UnknownFields.of(Objects.parse(text).daemonSet()))
        .containsExactly(".Spec.Template.Spec.gracePeriod");
  }

  private static String version() {
    return System.getProperty("vpccni.version");
  }
}
