package io.vpccni.metricshelper.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TickBackoffTest {
  @Test
  void theFirstFailureIsFollowedByTheNextTickAndLaterOnesByLongerPauses() {
    var attempts = new ArrayList<Integer>();
    var backoff = TickBackoff.NONE;
    for (int tick = 0; tick < 40; tick++) {
      if (backoff.isDue()) {
        attempts.add(tick);
        backoff = backoff.failed();
      } else {
        backoff = backoff.pass();
      }
    }
    assertThat(attempts).isEqualTo(List.of(0, 1, 3, 7, 15, 25, 35));
  }
}
