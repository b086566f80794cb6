package io.vpccni.e2e.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/**
 * Finds what has grown too large to have one meaning, and is to be split by meaning. There are no
 * exceptions. Descriptions of a protocol and of the build are not looked at: their parts belong
 * together.
 */
class SourceSizeTest {
  private static final Path ROOT = Path.of("../..");
  private static final int MOST_LINES = 300;
  private static final int MOST_COMPONENTS = 10;

  @Test
  void noSourceIsLongerThan300Lines() throws IOException {
    var sources = Sources.code(ROOT);
    assertThat(sources).as("sources that were found").hasSizeGreaterThan(1000);
    var tooLong = new ArrayList<String>();
    for (var file : sources) {
      int lines = Files.readAllLines(file).size();
      if (lines > MOST_LINES) {
        tooLong.add(ROOT.relativize(file) + " has " + lines);
      }
    }
    assertThat(tooLong).as("split these files by meaning").isEmpty();
  }

  @Test
  void noRecordHasMoreThanTenComponents() throws IOException {
    var records = LargeRecords.in(ParsedSources.in(Sources.java(ROOT)), MOST_COMPONENTS);
    assertThat(records.records()).as("records that were found").isGreaterThan(500);
    assertThat(records.tooLarge()).as("group the components of these records").isEmpty();
  }

  @Test
  void aRecordThatIsTooLargeIsFound() {
    var records =
        LargeRecords.in(
            ParsedSources.of(
                """
                record Fits(int a, int b) {
                  static final int C = 1;
                  static int D;
                }
                class Outer {
                  int a, b, c;
                  record Large(int a, java.util.Map<String, Integer> b, int... c) {}
                }
                """),
            2);
    assertThat(records.records()).isEqualTo(2);
    assertThat(records.tooLarge()).containsExactly("/Some.java:7: Large has 3");
  }
}
