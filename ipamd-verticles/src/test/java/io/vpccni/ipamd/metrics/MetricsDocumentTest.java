package io.vpccni.ipamd.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of metrics is made of the table of families and of the chart's alerts. */
class MetricsDocumentTest {
  private static final Path PAGE = Path.of("../docs/metrics.md");
  private static final Path ALERTS = Path.of("../charts/aws-vpc-cni/files/alerts.yaml");
  private static final String WRITE = "metrics.page";
  private static final Pattern ALERT =
      Pattern.compile(
          "- alert: (\\w+)\\s+expr: '(.*)'\\s+for: (\\w+)\\s+labels:\\s+severity: (\\w+)"
              + "\\s+annotations:\\s+summary: '(.*)'\\s+runbook: '(.*)'");

  private record Alert(
      String name, String expression, String pause, String severity, String summary, String todo) {
    boolean reads(Family family) {
      return Pattern.compile("\\b" + family.text() + "(_bucket|_sum|_count)?\\b")
          .matcher(expression)
          .find();
    }
  }

  private static List<Alert> alerts() throws IOException {
    return ALERT
        .matcher(Files.readString(ALERTS).replace("''", "'"))
        .results()
        .map(
            at ->
                new Alert(
                    at.group(1),
                    at.group(2),
                    at.group(3),
                    at.group(4),
                    at.group(5).replaceAll("\\{\\{ \\$labels\\.(\\w+) }}", "<$1>"),
                    at.group(6)))
        .toList();
  }

  private static final Map<Family.Origin, String> TITLES =
      new TreeMap<>(
          Map.of(
              Family.Origin.REFERENCE, "The reference's families",
              Family.Origin.OURS, "Our own families",
              Family.Origin.PROCESS, "The process"));

  private static String page() throws IOException {
    var page =
        new StringBuilder(
            """
            # Metrics of the node agent

            For operators. Each node serves its metrics in the Prometheus text format at `http://<node>:61678/metrics`.
            [settings.md](settings.md) describes `DISABLE_METRICS` and `METRICS_BIND_ADDRESS`, and
            [ec2-calls.md](ec2-calls.md#metrics) what is counted of EC2 and IMDS. A family with labels appears with its first
            sample.

            The chart has a PodMonitor (`podMonitor.create`), alerts (`prometheusRule.create`) and Grafana dashboards of a node
            and of the cluster (`dashboards.create`). Without the operator, load `charts/aws-vpc-cni/files/alerts.yaml` into
            Prometheus and `charts/aws-vpc-cni/files/dashboard-node.json` and `dashboard-cluster.json` into Grafana.

            This page is generated from the table in `Family` and from the file of alerts. After a change there, write it again:

                mvn -q -o -Dquick -pl ipamd-verticles -am test -Dtest=MetricsDocumentTest -Dmetrics.page=write \\
                  -Dsurefire.failIfNoSpecifiedTests=false
            """);
    var alerts = alerts();
    TITLES.forEach(
        (origin, title) -> {
          page.append("\n## ").append(title).append("\n\n");
          page.append("| family | type | labels | meaning | alerts |\n|---|---|---|---|---|\n");
          Stream.of(Family.values())
              .filter(family -> family.origin() == origin)
              .forEach(family -> page.append(row(family, alerts)));
        });
    page.append(
        "\n## Alerts\n\n| alert | severity, after | meaning | what to do |\n|---|---|---|---|\n");
    alerts.forEach(
        alert ->
            page.append(
                "| %s | %s, %s | %s | %s |\n"
                    .formatted(
                        alert.name, alert.severity, alert.pause, alert.summary, alert.todo)));
    return page.toString();
  }

  private static String row(Family family, List<Alert> alerts) {
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(
            family.text(),
            family.kind().text(),
            family.labels().stream().map("`%s`"::formatted).collect(Collectors.joining(", ")),
            family.help(),
            alerts.stream()
                .filter(alert -> alert.reads(family))
                .map(Alert::name)
                .collect(Collectors.joining(", ")));
  }

  @Test
  void thePageSaysWhatTheTableAndTheAlertsSay() throws IOException {
    if ("write".equals(System.getProperty(WRITE))) Files.writeString(PAGE, page());
    assertThat(PAGE)
        .as("the table of metrics has changed: run this test with -D%s=write", WRITE)
        .content()
        .isEqualTo(page());
  }

  @Test
  void eachAlertOfTheFileIsOnThePage() throws IOException {
    var names =
        Pattern.compile("- alert: (\\w+)")
            .matcher(Files.readString(ALERTS))
            .results()
            .map(at -> at.group(1))
            .toList();
    assertThat(alerts()).extracting(Alert::name).isNotEmpty().containsExactlyElementsOf(names);
  }
}
