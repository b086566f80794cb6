package io.vpccni.charts;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Renders the charts to plain manifests, for clusters without Helm: one file for each chart, with
 * its custom resource definitions. {@code make manifests} runs it.
 */
final class Manifests {
  private static final String NEWEST_KUBERNETES = "1.36.0";

  /** The values under which each chart is told where an image is. */
  private static final Map<Chart, Map<String, String>> IMAGES =
      Map.of(
          Chart.VPC_CNI,
          Map.of("image.override", "amazon-k8s-cni", "init.image.override", "amazon-k8s-cni-init"),
          Chart.METRICS_HELPER,
          Map.of("image.override", "cni-metrics-helper"));

  private final Path charts;
  private final String registry;
  private final Path values;

  /**
   * @param charts the folder of the charts
   * @param registry where the images are, without a slash at the end
   * @param values a file of values for the chart aws-vpc-cni; an empty path for none. What it says
   *     of images counts instead of the registry.
   */
  Manifests(Path charts, String registry, Path values) {
    this.charts = charts;
    this.registry = registry;
    this.values = values;
  }

  /**
   * Takes the folder of the charts, the target folder, the registry, and maybe a file of values.
   */
  public static void main(String[] arguments) throws IOException {
    var target = Path.of(arguments[1]);
    var values = Path.of(arguments.length > 3 ? arguments[3] : "");
    var manifests = new Manifests(Path.of(arguments[0]), arguments[2], values);
    Files.createDirectories(target);
    for (var manifest : manifests.all().entrySet()) {
      Files.writeString(target.resolve(manifest.getKey()), manifest.getValue());
      System.out.println("manifests: " + target.resolve(manifest.getKey()));
    }
  }

  /** Returns the text of each file by its name. */
  Map<String, String> all() throws IOException {
    var all = new LinkedHashMap<String, String>();
    for (var chart : Chart.all()) all.put(chart.name() + ".yaml", text(chart));
    return all;
  }

  private String text(Chart chart) throws IOException {
    var folder = charts.resolve(chart.folder());
    var version = Yaml.file(folder.resolve("Chart.yaml")).get("version");
    var template =
        new Helm(folder)
            .template()
            .withName(chart.name())
            .withNamespace("kube-system")
            .withKubeVersion(NEWEST_KUBERNETES);
    boolean given = chart.equals(Chart.VPC_CNI) && !values.toString().isEmpty();
    if (given) {
      template.withValuesFile(values.toAbsolutePath());
    } else {
      IMAGES
          .getOrDefault(chart, Map.of())
          .forEach(
              (key, repository) -> template.set(key, registry + "/" + repository + ":v" + version));
    }
    return "# The chart "
        + chart.name()
        + " "
        + version
        + ", rendered by `make manifests`.\n"
        + customResources(folder.resolve("crds"))
        + template.call();
  }

  /** Returns the definitions, which Helm does not take for a part of what it renders. */
  private static String customResources(Path folder) throws IOException {
    if (!Files.exists(folder)) return "";
    var text = new StringBuilder();
    try (var files = Files.list(folder)) {
      for (var file : files.sorted().toList()) {
        text.append("---\n").append(Files.readString(file));
      }
    }
    return text.toString();
  }
}
