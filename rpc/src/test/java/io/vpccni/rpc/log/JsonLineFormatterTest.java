package io.vpccni.rpc.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLineFormatterTest {
  private final List<Map<String, Object>> written = new ArrayList<>();
  private final JsonLineFormatter formatter =
      new JsonLineFormatter(
          object -> {
            written.add(object);
            return object.toString();
          });

  @Test
  void neitherTheMessageNorTheStackShowsASecret() {
    var line = new LogRecord(Level.WARNING, "refused why=\"Bearer s3cr3t-s3cr3t\"");
    line.setThrown(new IllegalStateException("Authorization: Bearer s3cr3t-s3cr3t"));
    assertThat(formatter.format(line)).doesNotContain("s3cr3t").contains("[redacted]");
  }

  @Test
  void theKeysAreThoseOfTheReferenceAndAnErrorHasItsStack() {
    var line = new LogRecord(Level.INFO, "Starting");
    line.setLoggerName("io.vpccni.Main");
    assertThat(formatter.format(line)).endsWith("}\n");
    assertThat(written.getLast())
        .containsOnlyKeys("level", "ts", "caller", "msg")
        .containsEntry("caller", "io.vpccni.Main")
        .containsEntry("msg", "Starting");
    line.setThrown(new IllegalStateException("broken"));
    assertThat(formatter.format(line)).contains("error=java.lang.IllegalStateException: broken");
  }

  @ParameterizedTest
  @CsvSource({"SEVERE,error", "WARNING,warn", "INFO,info", "CONFIG,debug", "FINEST,debug"})
  void levelsHaveTheReferencesNames(String level, String name) {
    assertThat(formatter.format(new LogRecord(Level.parse(level), "x"))).isNotEmpty();
    assertThat(written.getLast()).containsEntry("level", name);
  }
}
