package io.vpccni.rpc.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;

class ServiceProcessTest {
  @Test
  @Timeout(60)
  void aServiceThatCannotStartEndsWithItsExitCode() {
    Runnable start =
        () -> {
          throw CannotStart.because(new IOException("the socket is taken"));
        };
    assertThat(ServiceProcess.run(start, () -> {}, NOPLogger.NOP_LOGGER)).isEqualTo(1);
  }

  @Test
  void theReasonIsThatOfTheThreadThatFailed() {
    var taken = new IOException("the socket is taken");
    assertThat(CannotStart.because(new ExecutionException(taken)))
        .hasMessage("the socket is taken")
        .hasCause(taken);
    assertThat(CannotStart.because(new TimeoutException("not within 30 s")))
        .hasMessage("not within 30 s");
  }
}
