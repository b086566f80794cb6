package io.vpccni.e2e.scenario;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.repository.MetricsTable;
import io.vpccni.e2e.repository.Promtool;
import io.vpccni.e2e.testbed.Introspection;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Prometheus reads from a real agent that has served a pod. */
@ExtendWith(TestbedExtension.class)
class MetricsIT {
  private static final Path COMPLAINTS =
      Path.of("src/test/resources/monitoring/promtool-complaints.txt");
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\w+) (\\w+)$");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)})? ");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  /** Every node that works and has served a pod has a sample of each of these. */
  private static final List<String> ALWAYS =
      List.of(
          "awscni_add_ip_req_count",
          "awscni_assigned_ip_addresses",
          "awscni_assigned_ip_per_cidr",
          "awscni_assigned_ip_per_eni",
          "awscni_aws_api_latency_ms",
          "awscni_build_info",
          "awscni_connmark_backend",
          "awscni_connmark_reconcile_total",
          "awscni_del_ip_req_count",
          "awscni_ec2api_req_count",
          "awscni_eni_allocated",
          "awscni_eni_max",
          "awscni_force_removed_enis",
          "awscni_force_removed_ips",
          "awscni_ip_max",
          "awscni_ipamd_action_inprogress",
          "awscni_ipamd_node_initialization_duration_seconds",
          "awscni_ipamd_startup_duration_seconds",
          "awscni_no_available_ip_addresses",
          "awscni_subnet_ip_addresses",
          "awscni_total_ip_addresses",
          "awscni_total_ipv4_prefixes",
          "process_resident_memory_bytes");

  @Test
  void thePageOfAnAgentIsThatOfTheTable(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(1);
    var table = MetricsTable.read();
    try (var introspection = new Introspection()) {
      Checks.remove(testbed.pods().addPatiently(node, "measured-before"), testbed);
      var pod = testbed.pods().addPatiently(node, "measured");
      try {
        Wait.until(
            "the page has all of " + ALWAYS,
            Checks.PATIENCE,
            () -> families(introspection.metrics(node)).containsAll(ALWAYS));
        var page = introspection.metrics(node);
        assertThat(TYPE.matcher(page).results())
            .allSatisfy(
                found ->
                    assertThat(table.rows().get(found.group(1)))
                        .as(found.group())
                        .isNotNull()
                        .returns(found.group(2), MetricsTable.Row::type));
        assertThat(SAMPLE.matcher(page).results())
            .isNotEmpty()
            .allSatisfy(
                found ->
                    assertThat(labels(Objects.toString(found.group(2), "")))
                        .as(found.group())
                        .isEqualTo(
                            new TreeSet<>(requireNonNull(table.family(found.group(1))).labels())));
        assertThat(Files.readAllLines(COMPLAINTS)).containsAll(Promtool.ofMetrics(page).lines());
      } finally {
        Checks.remove(pod, testbed);
      }
    }
  }

  private static Set<String> families(String page) {
    var names = new TreeSet<String>();
    TYPE.matcher(page).results().forEach(found -> names.add(found.group(1)));
    return names;
  }

  private static Set<String> labels(String set) {
    var names = new TreeSet<String>();
    LABEL.matcher(set).results().forEach(found -> names.add(found.group(1)));
    names.remove("le");
    return names;
  }
}
