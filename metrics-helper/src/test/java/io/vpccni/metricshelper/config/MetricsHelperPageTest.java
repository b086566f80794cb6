package io.vpccni.metricshelper.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.metricshelper.reading.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of the page say what the program does. */
class MetricsHelperPageTest {
  private static final Path PAGE = Path.of("../docs/metrics-helper.md");

  @Test
  void eachMetricHasItsRow() throws IOException {
    var rows =
        Arrays.stream(Metric.values())
            .map(
                metric ->
                    "| `%s` | `%s` | %s |"
                        .formatted(
                            metric.cloudWatchName(),
                            metric.source(),
                            metric.kind().name().toLowerCase(Locale.ROOT)));
    assertThat(rows("| `[a-z].*\\| `awscni_.*")).containsExactlyElementsOf(rows.toList());
  }

  @Test
  void eachSettingHasItsRow() throws IOException {
    var rows = SettingTable.all().stream().map(MetricsHelperPageTest::row);
    assertThat(rows("| `[A-Z_0-9]+` .*")).containsExactlyElementsOf(rows.toList());
  }

  private static List<String> rows(String pattern) throws IOException {
    try (Stream<String> lines = Files.lines(PAGE)) {
      return lines.filter(line -> line.matches("\\" + pattern)).toList();
    }
  }

  private static String row(Setting<?> setting) {
    var shown = setting.shown().isEmpty() ? "" : "`" + setting.shown() + "`";
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(
            setting.name(),
            shown,
            setting.words(),
            setting.invalid().outcome(),
            setting.sentence());
  }
}
