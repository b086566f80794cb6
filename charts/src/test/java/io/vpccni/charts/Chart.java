package io.vpccni.charts;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A chart of this repository, as Helm sees it. */
record Chart(Path folder) {
  static final Chart VPC_CNI = new Chart(Path.of("aws-vpc-cni"));
  static final Chart METRICS_HELPER = new Chart(Path.of("cni-metrics-helper"));
  private static final List<Chart> ALL = List.of(VPC_CNI, METRICS_HELPER);
  private static final String NEWEST_KUBERNETES = "1.36.0";

  /**
   * The least that must be given: no images are published, so somebody has to say where they are.
   */
  static final String IMAGES = "image: {account: \"111122223333\"}\n";

  static List<Chart> all() {
    return ALL;
  }

  /** Renders with these values over the chart's own. */
  Objects render(String values) {
    return render(values, NEWEST_KUBERNETES);
  }

  Objects render(Map<String, Object> values) {
    return render(Yaml.text(values));
  }

  /**
   * Renders for a version of Kubernetes.
   *
   * @throws IllegalStateException if the chart refuses; the message has its sentence
   */
  Objects render(String values, String kubernetes) {
    return inFile(
        values,
        file ->
            Objects.parse(
                new Helm(folder)
                    .template()
                    .withName(name())
                    .withNamespace("kube-system")
                    .withKubeVersion(kubernetes)
                    .withValuesFile(file)
                    .call()));
  }

  /**
   * Returns what Helm prints after an installation. Without a cluster Helm takes that for a very
   * old one, so the chart is read without the version that it demands.
   */
  String notes(String values) throws IOException {
    return changed(
        "Chart.yaml",
        "kubeVersion: .*",
        "",
        copy ->
            inFile(
                values,
                file ->
                    new Helm(copy)
                        .install()
                        .withName(name())
                        .withNamespace("kube-system")
                        .clientOnly()
                        .dryRun()
                        .withValuesFile(file)
                        .call()
                        .getOutput()));
  }

  /** Returns what Helm's own check has to say of the chart with the place of the images in it. */
  LintResult lint() throws IOException {
    return changed(
        "values.yaml",
        "account: null",
        "account: \"111122223333\"",
        copy -> new Helm(copy).lint().strict().call());
  }

  /** Returns the name of the chart, which the tests also give the release. */
  String name() {
    return folder.getFileName().toString();
  }

  @Override
  public String toString() {
    return name();
  }

  Map<String, Object> values() throws IOException {
    return Yaml.file(folder.resolve("values.yaml"));
  }

  Map<String, Object> schema() throws IOException {
    return Yaml.file(folder.resolve("values.schema.json"));
  }

  /** Uses a copy of the chart in which the first match of a pattern in a file is replaced. */
  private <T> T changed(String name, String pattern, String replacement, Use<T> use)
      throws IOException {
    var copy = Files.createTempDirectory("chart");
    try {
      copy(folder, copy);
      var file = copy.resolve(name);
      Files.writeString(file, Files.readString(file).replaceFirst(pattern, replacement));
      return use.of(copy);
    } finally {
      delete(copy);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : (Iterable<Path>) files::iterator) {
        if (!file.equals(from)) Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }

  private interface Use<T> {
    T of(Path path);
  }

  private static <T> T inFile(String values, Use<T> use) {
    try {
      var file = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(file, values);
        return use.of(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException full) {
      throw new IllegalStateException("a file with the values cannot be written", full);
    }
  }
}
