package io.vpccni.ipamd.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
  @Test
  void neitherTheMessageNorTheStackShowsASecret() {
    var line = new LogRecord(Level.WARNING, "refused why=\"Bearer s3cr3t-s3cr3t\"");
    line.setThrown(new IllegalStateException("Authorization: Bearer s3cr3t-s3cr3t"));
    assertThat(new JsonLines().format(line)).doesNotContain("s3cr3t").contains("[redacted]");
  }
}
