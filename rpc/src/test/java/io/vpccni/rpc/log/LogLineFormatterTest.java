package io.vpccni.rpc.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogLineFormatterTest {
  @Test
  void aRecordIsOneLineWhateverItsValuesHold() {
    assertThat(logged("why=first\nlevel=severe forged\rx refused"))
        .matches(
            "time=\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z level=warning logger=Thing"
                + " why=first\\\\nlevel=severe forged\\\\rx refused\n");
  }

  @Test
  void theMessageComesBeforeItsPairsAndValuesWithSpacesAreQuoted() {
    var line =
        logged(
            () ->
                LoggerFactory.getLogger("io.vpccni.some.Thing")
                    .atWarn()
                    .addKeyValue("eni", "eni-0ab")
                    .addKeyValue("why", "it said \"no such ENI\"")
                    .setCause(new IllegalStateException("cause"))
                    .log("ENI not attached to {}", "i-1"));
    assertThat(line)
        .contains(
            " logger=Thing ENI not attached to i-1 eni=eni-0ab why=\"it said \\\"no such ENI\\\"\"\n",
            "IllegalStateException: cause");
  }

  /** SLF4J's builders take a cause behind the message for one more argument of it. */
  @Test
  void aCauseThatFollowsTheMessageIsNotLost() {
    var line =
        logged(
            () ->
                LoggerFactory.getLogger("io.netty.Thing")
                    .atWarn()
                    .log("Not sent to {}", "peer", new IllegalStateException("cause")));
    assertThat(line).contains(" Not sent to peer\n", "IllegalStateException: cause");
  }

  @Test
  void plainCallsOfLibrariesAreWrittenAtTheirLevel() {
    var logger = LoggerFactory.getLogger("io.netty.Thing");
    assertThat(logged(() -> logger.error("{} of {}", 1, 2))).contains("level=severe", " 1 of 2\n");
    assertThat(logged(() -> logger.debug("not at this level"))).isEmpty();
    assertThat(logger.isInfoEnabled()).isTrue();
    assertThat(logger.isDebugEnabled()).isFalse();
  }

  private static String logged(String message) {
    return logged(
        () -> {
          Logger.getLogger("io.vpccni.some.Thing").warning(message);
          Logger.getLogger("io.vpccni.some.Thing").fine("not at this level");
        });
  }

  private static String logged(Runnable logging) {
    var before = System.err;
    var lines = new ByteArrayOutputStream();
    System.setErr(new PrintStream(lines, true, StandardCharsets.UTF_8));
    try {
      LogLineFormatter.toStderr(Level.INFO);
      logging.run();
    } finally {
      System.setErr(before);
      LogLineFormatter.toStderr(Level.INFO);
    }
    return lines.toString(StandardCharsets.UTF_8);
  }
}
