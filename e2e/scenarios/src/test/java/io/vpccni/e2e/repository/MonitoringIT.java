package io.vpccni.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prometheus' own checker, and everybody who reads our metrics, get along with them. */
class MonitoringIT {
  private static final Path FILES = Path.of("../../charts/aws-vpc-cni/files");
  private static final Path DATA = Path.of("src/test/resources/monitoring");
  private static final Pattern SERIES = Pattern.compile("\\b(?:awscni|process|jvm)_\\w+");

  private MetricsTable table;

  @BeforeEach
  void read() throws IOException {
    table = MetricsTable.read();
  }

  private static List<String> seriesOf(String text) {
    return SERIES.matcher(text).results().map(found -> found.group()).distinct().toList();
  }

  @Test
  void promtoolComplainsOfNoNameButTheReferences() throws IOException {
    assertThat(table.rows()).hasSizeGreaterThan(40);
    var said = Promtool.ofMetrics(table.page());
    assertThat(said.lines())
        .containsExactlyInAnyOrderElementsOf(
            Files.readAllLines(DATA.resolve("promtool-complaints.txt")));
  }

  @Test
  void promtoolAcceptsTheAlerts() throws IOException {
    var said = Promtool.run("check", "rules", FILES.resolve("alerts.yaml").toString());
    assertThat(said.exitCode()).as("%s", said.lines()).isZero();
  }

  @Test
  void theAlertsFireWhenTheyShould() throws IOException {
    var said = Promtool.run("test", "rules", DATA.resolve("alerts-test.yaml").toString());
    assertThat(said.exitCode()).as("%s", said.lines()).isZero();
  }

  @Test
  void eachAlertIsTested() throws IOException {
    var alerts =
        Pattern.compile("- alert: (\\w+)")
            .matcher(Files.readString(FILES.resolve("alerts.yaml")))
            .results()
            .map(at -> at.group(1))
            .toList();
    var tests = Files.readString(DATA.resolve("alerts-test.yaml"));
    assertThat(alerts).isNotEmpty().allMatch(alert -> tests.contains("alertname: " + alert));
  }

  @Test
  void eachAlertReadsSeriesThatExist() throws IOException {
    assertThat(seriesOf(Files.readString(FILES.resolve("alerts.yaml"))))
        .isNotEmpty()
        .allMatch(table::has);
  }

  @ParameterizedTest
  @ValueSource(strings = {"node", "cluster"})
  void eachPanelOfADashboardReadsSeriesThatExist(String of) throws IOException {
    var board = new JsonObject(Files.readString(FILES.resolve("dashboard-" + of + ".json")));
    assertThat(board.getString("uid")).isEqualTo("vpc-cni-" + of);
    assertThat(board.getJsonArray("panels"))
        .isNotEmpty()
        .allSatisfy(
            panel ->
                assertThat(expressions((JsonObject) panel))
                    .isNotEmpty()
                    .allSatisfy(
                        expression ->
                            assertThat(seriesOf(expression))
                                .as(expression)
                                .isNotEmpty()
                                .allMatch(table::has)));
  }

  private static List<String> expressions(JsonObject panel) {
    return panel.getJsonArray("targets", new JsonArray()).stream()
        .map(target -> ((JsonObject) target).getString("expr"))
        .toList();
  }

  /** A misspelled series is found. */
  @Test
  void whatDoesNotExistIsNotFound() {
    assertThat(Stream.of("awscni_eni_maximum", "awscni_eni_max_bucket")).noneMatch(table::has);
  }

  /** The names that others read are data: monitoring of the public knows no other ones. */
  @Test
  void whatPublicMonitoringReadsExists() throws IOException {
    assertThat(Files.readAllLines(DATA.resolve("public-names.txt")))
        .hasSizeGreaterThan(20)
        .allMatch(table::has);
  }
}
