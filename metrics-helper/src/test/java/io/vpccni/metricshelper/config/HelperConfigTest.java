package io.vpccni.metricshelper.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.metricshelper.config.HelperConfig.Parsed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelperConfigTest {
  @Test
  void theDefaultsAreThoseOfTheReference() {
    var config = parse(Map.of()).config();
    assertThat(config.cloudWatch()).isTrue();
    assertThat(config.prometheus()).isFalse();
    assertThat(config.interval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.cluster().clusterId()).isEmpty();
    assertThat(config.logLevel()).isEqualTo(Level.INFO);
  }

  @Test
  void theEnvironmentOverrulesTheCommandLine() {
    var run = CommandLine.parse(List.of("--cloudwatch=false", "--prometheus"));
    var config =
        HelperConfig.parse(
                (CommandLine.Run) run, Map.of("USE_CLOUDWATCH", "YES", "USE_PROMETHEUS", "no"))
            .config();
    assertThat(config.cloudWatch()).isTrue();
    assertThat(config.prometheus()).isFalse();
  }

  @Test
  void aWordThatIsNeitherYesNorNoLeavesTheFlagAndIsReported() {
    var parsed = parse(Map.of("USE_PROMETHEUS", "perhaps"));
    assertThat(parsed.config().prometheus()).isFalse();
    assertThat(parsed.problems())
        .containsExactly("USE_PROMETHEUS=\"perhaps\" is neither true nor false; using false");
  }

  @Test
  void emptyValuesOfTheChartCountAsMissing() {
    var config = parse(Map.of("AWS_CLUSTER_ID", "", "CLUSTER_ENDPOINT", "")).config();
    assertThat(config.cluster().clusterId()).isEmpty();
    assertThat(config.kubernetes().server()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "soon", "1.5", "3601"})
  void anIntervalThatCannotBeKeptStopsTheStart(String text) {
    assertThatThrownBy(() -> parse(Map.of("METRIC_UPDATE_INTERVAL", text)))
        .hasMessage("METRIC_UPDATE_INTERVAL=\"" + text + "\" is not a whole number of 1 to 3600");
  }

  @ParameterizedTest
  @ValueSource(strings = {":colon", "café", " "})
  void aClusterNameThatCloudWatchRefusesStopsTheStart(String text) {
    assertThatThrownBy(() -> parse(Map.of("AWS_CLUSTER_ID", text)))
        .hasMessageContaining("cannot be the value of a dimension");
  }

  @Test
  void anUnknownLogLevelMeansDebug() {
    assertThat(parse(Map.of("AWS_VPC_K8S_CNI_LOGLEVEL", "warning")).config().logLevel())
        .isEqualTo(Level.FINE);
  }

  @Test
  void eachSettingHasASentence() {
    assertThat(SettingTable.all())
        .allSatisfy(setting -> assertThat(setting.sentence()).matches("[A-Z].*\\."));
  }

  private static Parsed parse(Map<String, String> env) {
    return HelperConfig.parse((CommandLine.Run) CommandLine.parse(List.of()), env);
  }
}
