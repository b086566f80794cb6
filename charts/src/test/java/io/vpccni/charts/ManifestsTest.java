package io.vpccni.charts;

import static io.vpccni.charts.Chart.METRICS_HELPER;
import static io.vpccni.charts.Chart.VPC_CNI;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plain manifests are what Helm would install. */
class ManifestsTest {
  private static final Path CHARTS = Path.of("");
  private static final String REGISTRY = "registry.example.com/team";

  @TempDir Path folder;

  @Test
  void eachManifestIsWhatTheChartRendersWithTheseImages() throws IOException {
    Manifests.main(new String[] {CHARTS.toString(), folder.toString(), REGISTRY});
    var tag = ":v" + System.getProperty("vpccni.version");
    assertThat(rendered(VPC_CNI))
        .isEqualTo(
            VPC_CNI
                .render(
                    """
                    image: {override: "%s/amazon-k8s-cni%s"}
                    init: {image: {override: "%s/amazon-k8s-cni-init%s"}}
                    """
                        .formatted(REGISTRY, tag, REGISTRY, tag))
                .all());
    assertThat(rendered(METRICS_HELPER))
        .isEqualTo(
            METRICS_HELPER
                .render("image: {override: \"%s/cni-metrics-helper%s\"}".formatted(REGISTRY, tag))
                .all());
  }

  @Test
  void theCustomResourceIsDefinedBeforeAnythingElse() throws IOException {
    Manifests.main(new String[] {CHARTS.toString(), folder.toString(), REGISTRY});
    assertThat(written(VPC_CNI).all().getFirst().getKind()).isEqualTo("CustomResourceDefinition");
  }

  @Test
  void aFileOfValuesCountsInsteadOfTheRegistry() throws IOException {
    var values = folder.resolve("values.yaml");
    Files.writeString(values, Chart.IMAGES + "env: {WARM_IP_TARGET: \"7\"}\n");
    Manifests.main(
        new String[] {CHARTS.toString(), folder.toString(), REGISTRY, values.toString()});
    assertThat(rendered(VPC_CNI)).isEqualTo(VPC_CNI.render(Files.readString(values)).all());
    assertThat(written(VPC_CNI).text()).contains("WARM_IP_TARGET").doesNotContain(REGISTRY);
  }

  /** Returns what is written without the definitions, which Helm does not render. */
  private List<HasMetadata> rendered(Chart chart) throws IOException {
    return written(chart).all().stream()
        .filter(object -> !object.getKind().equals("CustomResourceDefinition"))
        .toList();
  }

  private Objects written(Chart chart) throws IOException {
    return Objects.parse(Files.readString(folder.resolve(chart.name() + ".yaml")));
  }
}
