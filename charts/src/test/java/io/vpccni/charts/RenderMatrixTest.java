package io.vpccni.charts;

import static io.vpccni.charts.Chart.IMAGES;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Each value of the chart changes what {@code aws-vpc-cni.yaml} says, and no value is without
 * effect.
 */
class RenderMatrixTest {
  private static final Path CASES = Path.of("src/test/resources/io/vpccni/charts/aws-vpc-cni.yaml");

  /** Nothing reads this one; it is accepted because the reference's values have it. */
  private static final String WITHOUT_EFFECT = "eniConfig.region";

  /**
   * One case.
   *
   * @param given values that hold before and after
   * @param set values that change
   * @param shows texts that appear
   * @param hides texts that disappear
   */
  record Case(Map<String, Object> given, Map<String, Object> set, List<?> shows, List<?> hides) {
    static Case of(Map<String, Object> yaml) {
      var images = Yaml.document(IMAGES);
      return new Case(
          Yaml.merged(images, Yaml.map(yaml.getOrDefault("given", Map.of()))),
          Yaml.map(yaml.getOrDefault("set", Map.of())),
          (List<?>) yaml.getOrDefault("shows", List.of()),
          (List<?>) yaml.getOrDefault("hides", List.of()));
    }

    @Override
    public String toString() {
      return set.toString();
    }
  }

  static Stream<Case> cases() throws IOException {
    var all =
        (List<?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(CASES));
    return all.stream().map(Yaml::map).map(Case::of);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theValueChangesWhatIsRendered(Case one) {
    assertThat(Stream.concat(one.shows().stream(), one.hides().stream())).isNotEmpty();
    var before = VPC_CNI.render(one.given()).text();
    var after = VPC_CNI.render(Yaml.merged(one.given(), one.set()));

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

  @Test
  void eachValueHasACase() throws IOException {
    var covered = new HashSet<String>();
    cases().forEach(one -> covered.addAll(Yaml.leaves(one.set())));
    var without = new ArrayList<String>();
    for (var path : Yaml.leaves(VPC_CNI.values())) {
      if (covered.stream().noneMatch(set -> set.equals(path) || set.startsWith(path + "."))) {
        without.add(path);
      }
    }
    assertThat(without).as("values that no case changes").containsExactly(WITHOUT_EFFECT);
  }
}
