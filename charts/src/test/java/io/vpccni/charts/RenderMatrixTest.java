package io.vpccni.charts;

import static io.vpccni.charts.Chart.IMAGES;
import static io.vpccni.charts.Chart.METRICS_HELPER;
import static io.vpccni.charts.Chart.VPC_CNI;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Each value of a chart changes what the file of its name says, and no value is without effect. */
class RenderMatrixTest {
  private static final Path CASES = Path.of("src/test/resources/io/vpccni/charts");

  /** Nothing reads this one; it is accepted because the reference's values have it. */
  private static final Map<Chart, List<String>> WITHOUT_EFFECT =
      Map.of(VPC_CNI, List.of("eniConfig.region"), METRICS_HELPER, List.of());

  /**
   * One case.
   *
   * @param chart the chart that has the value
   * @param given values that hold before and after
   * @param set values that change
   * @param shows texts that appear
   * @param hides texts that disappear
   */
  record Case(
      Chart chart,
      Map<String, Object> given,
      Map<String, Object> set,
      List<?> shows,
      List<?> hides) {
    static Case of(Chart chart, Map<String, Object> yaml) {
      var images = Yaml.document(IMAGES);
      return new Case(
          chart,
          Yaml.merged(images, Yaml.map(yaml.getOrDefault("given", Map.of()))),
          Yaml.map(yaml.getOrDefault("set", Map.of())),
          (List<?>) yaml.getOrDefault("shows", List.of()),
          (List<?>) yaml.getOrDefault("hides", List.of()));
    }

    @Override
    public String toString() {
      return chart + " " + set;
    }
  }

  static Stream<Case> cases() throws IOException {
    var all = Stream.<Case>empty();
    for (var chart : Chart.all()) all = Stream.concat(all, cases(chart));
    return all;
  }

  private static Stream<Case> cases(Chart chart) throws IOException {
    var file = Files.readString(CASES.resolve(chart.name() + ".yaml"));
    var all = (List<?>) new Load(LoadSettings.builder().build()).loadFromString(file);
    return all.stream().map(Yaml::map).map(yaml -> Case.of(chart, yaml));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theValueChangesWhatIsRendered(Case one) {
    assertThat(Stream.concat(one.shows().stream(), one.hides().stream())).isNotEmpty();
    var before = one.chart().render(one.given()).text();
    var after = one.chart().render(Yaml.merged(one.given(), one.set()));

    for (var text : one.shows()) {
      assertThat(after.text()).contains(text.toString());
      assertThat(before).doesNotContain(text.toString());
    }
    for (var text : one.hides()) {
      assertThat(before).contains(text.toString());
      assertThat(after.text()).doesNotContain(text.toString());
    }
    assertThat(after.all()).allSatisfy(each -> assertThat(UnknownFields.of(each)).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("io.vpccni.charts.Chart#all")
  void eachValueHasACase(Chart chart) throws IOException {
    var covered = new HashSet<String>();
    cases(chart).forEach(one -> covered.addAll(Yaml.leaves(one.set())));
    var without = new ArrayList<String>();
    for (var path : Yaml.leaves(chart.values())) {
      if (covered.stream().noneMatch(set -> set.equals(path) || set.startsWith(path + "."))) {
        without.add(path);
      }
    }
    assertThat(without).as("values that no case changes").isEqualTo(WITHOUT_EFFECT.get(chart));
  }
}
