package io.vpccni.netprog.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ContentionBackoffTest {
  private static final Duration USUAL = Duration.ofSeconds(5);

  @Test
  void threeRepairsInARowAreAnAccidentAndTheFourthIsContention() {
    var backoff = ContentionBackoff.NONE.after(1).after(7).after(1);
    assertThat(backoff.contested()).isFalse();
    assertThat(backoff.pause(USUAL)).isEqualTo(USUAL);
    assertThat(backoff.after(1).contested()).isTrue();
    assertThat(backoff.after(1).pause(USUAL)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void thePauseDoublesUpToFiveMinutes() {
    var backoff = new ContentionBackoff(5);
    assertThat(backoff.pause(USUAL)).isEqualTo(Duration.ofSeconds(20));
    assertThat(new ContentionBackoff(1_000).pause(USUAL)).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void oneQuietCheckEndsTheContention() {
    assertThat(new ContentionBackoff(10).after(0)).isEqualTo(ContentionBackoff.NONE);
  }
}
