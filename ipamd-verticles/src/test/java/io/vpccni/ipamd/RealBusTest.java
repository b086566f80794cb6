package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RealBusTest {
  @Test
  void whatBlocksTheLoopFailsTheTest() {
    var bus = new RealBus();
    bus.open();
    var end = new CountDownLatch(1);
    bus.vertx().runOnContext(_ -> RealBus.await(end));
    until(() -> !bus.blocked().isEmpty());
    end.countDown();
    assertThatThrownBy(bus::close).hasMessageContaining("an event loop was blocked");
  }

  @Test
  void theTimeWithoutAProcessorIsNotTheThreads() {
    var before = new ThreadTime(1_000, 500);
    assertThat(new ThreadTime(5_000, 3_500).since(before)).isEqualTo(Duration.ofNanos(1_000));
    assertThat(new ThreadTime(5_000, 0).since(before)).isEqualTo(Duration.ofNanos(4_000));
  }
}
