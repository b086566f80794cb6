package io.vpccni.ipamd.pool.ask;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.pool.decide.Expiry;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.Backoff;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.pool.state.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Pauses after failures grow, end, and are forgotten. */
class BackoffsTest {
  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private static final Backoff.Key ONE = Ec2Action.ASSIGN.about("eni-1");

  private Transition transition =
      new Transition(PoolState.initial(DefaultSettings.pool()), Scenario.START);

  private Transition at(Instant now) {
    return new Transition(transition.state(), now);
  }

  private Duration fails() {
    Backoffs.failed(transition, ONE, transition.now(), FIRST, LONGEST);
    return Duration.between(transition.now(), Backoffs.until(transition, "ASSIGN", "eni-1"));
  }

  @Test
  void eachIsTwiceAsLongAsTheOneBeforeUpToTheLongest() {
    var seconds = new ArrayList<Long>();
    for (int i = 0; i < 7; i++) seconds.add(fails().toSeconds());
    assertThat(seconds).containsExactly(2L, 4L, 8L, 16L, 32L, 60L, 60L);
  }

  @Test
  void howeverManyFailuresThereAreItStaysTheLongest() {
    for (int i = 0; i < 200; i++) fails();
    assertThat(fails()).isEqualTo(LONGEST);
  }

  @Test
  void itEndsOnTime() {
    fails();
    assertThat(Backoffs.pauses(at(Scenario.START.plusMillis(1999)), "ASSIGN", "eni-1")).isTrue();
    assertThat(Backoffs.pauses(at(Scenario.START.plus(FIRST)), "ASSIGN", "eni-1")).isFalse();
    assertThat(Backoffs.until(at(Scenario.START.plus(FIRST)), "ASSIGN", "eni-1"))
        .isEqualTo(Instant.EPOCH);
  }

  @Test
  void othersDoNotPause() {
    fails();
    assertThat(Backoffs.pauses(transition, "ASSIGN", "eni-2")).isFalse();
    assertThat(Backoffs.pauses(transition, "CREATE", "eni-1")).isFalse();
  }

  @Test
  void ofSeveralSubjectsTheLongestCounts() {
    fails();
    fails();
    Backoffs.failed(transition, Ec2Action.ASSIGN.about(""), transition.now(), FIRST, LONGEST);
    assertThat(Backoffs.until(transition, Ec2Action.ASSIGN, "", "eni-1"))
        .isEqualTo(Scenario.START.plusSeconds(4));
    assertThat(Backoffs.until(transition, Ec2Action.ASSIGN, "eni-1", ""))
        .isEqualTo(Scenario.START.plusSeconds(4));
    assertThat(Backoffs.until(transition, Ec2Action.CREATE, "eni-1", "")).isEqualTo(Instant.EPOCH);
  }

  @Test
  void aSuccessEndsItAndBeginsAnew() {
    fails();
    fails();
    Backoffs.succeeded(transition, ONE, transition.now());
    assertThat(Backoffs.pauses(transition, "ASSIGN", "eni-1")).isFalse();
    assertThat(fails()).isEqualTo(FIRST);
  }

  @Test
  void requestsThatWereUnderWayTogetherMakeItLongerOnce() {
    transition = at(Scenario.START.plusSeconds(1));
    fails();
    for (int late = 2; late <= 4; late++) {
      transition = at(Scenario.START.plusSeconds(late));
      Backoffs.failed(transition, ONE, Scenario.START, FIRST, LONGEST);
    }
    // The last of them came when the first pause was over, and shows that EC2 is not better yet.
    assertThat(Backoffs.until(transition, "ASSIGN", "eni-1"))
        .isEqualTo(Scenario.START.plusSeconds(4).plus(FIRST));
    // Nor does one that succeeds late show that it is.
    Backoffs.succeeded(transition, ONE, Scenario.START);
    assertThat(Backoffs.pauses(transition, "ASSIGN", "eni-1")).isTrue();
    transition = at(Scenario.START.plusSeconds(6));
    assertThat(fails()).isEqualTo(FIRST.multipliedBy(2));
  }

  /** The next failure soon after a pause must pause for longer. */
  @Test
  void failuresAreRememberedForTenMinutesAfterThePause() {
    fails();
    var forgotten = Scenario.START.plus(FIRST).plus(Duration.ofMinutes(10));
    transition = at(forgotten.minusMillis(1));
    Expiry.run(transition);
    assertThat(fails()).isEqualTo(FIRST.multipliedBy(2));
    transition = at(forgotten.plus(FIRST.multipliedBy(2)).plus(Duration.ofMinutes(10)));
    Expiry.run(transition);
    assertThat(fails()).isEqualTo(FIRST);
  }
}
