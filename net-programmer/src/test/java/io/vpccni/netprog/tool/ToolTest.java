package io.vpccni.netprog.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ToolTest {
  /** This text is longer than what a pipe holds. */
  private static final String LONG = "x".repeat(1 << 20);

  @Test
  void aProgramThatNeverReadsItsInputIsStoppedAtTheDeadline() {
    var tool = new Tool(List.of(), Duration.ofMillis(200));
    assertThatThrownBy(() -> tool.run(List.of("sleep", "60"), LONG))
        .isInstanceOf(ToolFailed.class)
        .hasMessage("sleep 60 did not end within 200 ms and was stopped");
  }

  @Test
  void whatAProgramLeavesBehindIsNotWaitedFor() {
    var tool = new Tool(List.of(), Duration.ofSeconds(10));
    var start = System.nanoTime();
    var outcome = outcome(tool, "sleep 12 & echo begun");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    // The JDK itself takes what is left in the pipe if nobody reads at the moment of the end.
    assertThat(outcome).isIn("begun\n", "its output could not be read");
  }

  private static String outcome(Tool tool, String script) {
    try {
      return tool.run(List.of("sh", "-c", script), "").output();
    } catch (ToolFailed failed) {
      return String.valueOf(failed.getMessage());
    }
  }

  @Test
  void aProgramThatNeverStopsPrintingIsStoppedAtTheDeadline() {
    var tool = new Tool(List.of(), Duration.ofMillis(300));
    assertThatThrownBy(() -> tool.run(List.of("yes"), ""))
        .isInstanceOf(ToolFailed.class)
        .hasMessage("yes did not end within 300 ms and was stopped");
  }

  @Test
  void aProgramThatReadsAndWritesALotIsAnsweredWhole() throws ToolFailed {
    var tool = new Tool(List.of(), Duration.ofSeconds(10));
    assertThat(tool.succeed(List.of("cat"), LONG)).isEqualTo(LONG);
  }
}
