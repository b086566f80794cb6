package io.vpccni.rpc.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LogLinesTest {
  @Test
  void aRecordIsOneLineWhateverItsValuesHold() {
    assertThat(logged("why=first\nlevel=severe forged\rx refused"))
        .matches(
            "time=\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z level=warning logger=Thing"
                + " why=first\\\\nlevel=severe forged\\\\rx refused\n");
  }

  private static String logged(String message) {
    var before = System.err;
    var lines = new ByteArrayOutputStream();
    System.setErr(new PrintStream(lines, true, StandardCharsets.UTF_8));
    try {
      LogLines.toStderr(Level.INFO);
      Logger.getLogger("io.vpccni.some.Thing").warning(message);
      Logger.getLogger("io.vpccni.some.Thing").fine("not at this level");
    } finally {
      System.setErr(before);
      LogLines.toStderr(Level.INFO);
    }
    return lines.toString(StandardCharsets.UTF_8);
  }
}
