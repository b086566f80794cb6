package io.vpccni.ipamd.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class SilenceTest {
  private final Silence silence = new Silence();
  private final Filter filter = Silence.filter(Logs.lines());

  private boolean heardOn(ExecutorService thread) throws Exception {
    return thread
        .submit(() -> filter.isLoggable(new LogRecord(Level.INFO, "line")))
        .get(10, TimeUnit.SECONDS);
  }

  /** Pools that the whole process shares get their threads from whoever needs one first. */
  @Test
  void aThreadThatOutlivesTheSilenceIsHeard() throws Exception {
    var inner = new ThreadGroup(silence, "inner");
    try (var thread = Executors.newSingleThreadExecutor(run -> new Thread(inner, run))) {
      assertThat(heardOn(thread)).isFalse();
      silence.end();
      assertThat(heardOn(thread)).isTrue();
    }
  }

  @Test
  void otherThreadsAreHeardMeanwhile() throws Exception {
    try (var thread = Executors.newSingleThreadExecutor()) {
      assertThat(heardOn(thread)).isTrue();
    }
  }
}
