package io.vpccni.charts;

import static io.vpccni.charts.Chart.VPC_CNI;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page of a chart's values, its schema and the values themselves say the same. */
class ValuesPageTest {
  private static final String WRITE = "values.page";
  private static final String HEAD =
      """
      # Values of the chart CHART

      For platform teams. Names and defaults are those of the chart of amazon-vpc-cni-k8s 1.23; "(ours)" marks a value that
      it does not have. What differs on purpose is in [differences](differences.md#the-charts). A value that cannot work is
      refused before anything is installed, with a sentence that says why.

      This page is generated from `charts/CHART/values.schema.json` and the defaults beside it. After a change
      there, write it again:

          mvn -q -o -Dquick -pl charts -am test -Dtest=ValuesPageTest -Dvalues.page=write \\
            -Dsurefire.failIfNoSpecifiedTests=false
      """;

  /** A parent chart hands it to every chart of its own; it has no default. */
  private static final List<String> WITHOUT_DEFAULT = List.of("global");

  @ParameterizedTest
  @MethodSource("io.vpccni.charts.Chart#all")
  void thePageSaysWhatTheSchemaSays(Chart chart) throws IOException {
    var file = page(chart);
    var page = ValuesPage.of(chart).text(HEAD.replace("CHART", chart.name()));
    if ("write".equals(System.getProperty(WRITE))) Files.writeString(file, page);
    assertThat(file)
        .as("the values have changed: run this test with -D%s=write", WRITE)
        .content()
        .isEqualTo(page);
  }

  @ParameterizedTest
  @MethodSource("io.vpccni.charts.Chart#all")
  void eachValueHasADefaultAndADescription(Chart chart) throws IOException {
    var missing = new ArrayList<String>();
    compare("", chart.schema(), chart.values(), missing);
    assertThat(missing).containsExactlyElementsOf(WITHOUT_DEFAULT);
  }

  private static Path page(Chart chart) {
    return Path.of("../docs", chart.equals(VPC_CNI) ? "values.md" : "values-metrics-helper.md");
  }

  private static void compare(
      String path, Map<String, Object> schema, Map<String, Object> values, List<String> missing) {
    var properties = ValuesPage.properties(schema);
    assertThat(properties.keySet()).as("described in %s", path).containsAll(values.keySet());
    properties.forEach(
        (key, property) -> {
          assertThat(String.valueOf(property.get("description")))
              .as("description of %s%s", path, key)
              .matches("[A-Z].*[.)]");
          if (!values.containsKey(key)) {
            missing.add(path + key);
          } else if (ValuesPage.isGroup(property)) {
            compare(path + key + ".", property, Yaml.map(values.get(key)), missing);
          }
        });
  }
}
