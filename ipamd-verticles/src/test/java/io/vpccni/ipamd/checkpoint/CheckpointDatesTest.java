package io.vpccni.ipamd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.checkpoint.CheckpointDates.Dated;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A file's dates are the wall clock's; how long ago they were is not, within one boot. */
class CheckpointDatesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Ip RESTING = Ip.parse("10.0.0.7");

  private final AtomicReference<Instant> wallClock = new AtomicReference<>(START);
  private final AtomicLong nanos = new AtomicLong(Duration.ofHours(1).toNanos());

  private ElapsedClock process() {
    return new ElapsedClock(wallClock::get, nanos::get);
  }

  private static CheckpointDates dates(ElapsedClock clock, String boot) {
    return new CheckpointDates(clock, Optional.of(boot));
  }

  private void elapse(Duration time) {
    nanos.addAndGet(time.toNanos());
    wallClock.updateAndGet(before -> before.plus(time));
  }

  private void set(Duration by) {
    wallClock.updateAndGet(before -> before.plus(by));
  }

  /** Everything in it that has a time was assigned, got or released at this one. */
  private static Durable at(Instant time) {
    var holding =
        new Holding(
            new Attachment("c", "eth0", "aws-cni"),
            new PodRef("default", "web"),
            Wiring.UNKNOWN,
            List.of(),
            Optional.empty(),
            time);
    return new Durable(
        List.of(holding),
        Optional.of(
            new Durable.Agent(
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of(RESTING, time),
                Map.of(),
                Set.of(),
                Map.of(Cidr.parse("10.0.1.0/28"), time),
                Map.of(new EniId("eni-9"), time))));
  }

  private static Dated throughTheText(Dated written) {
    var read = CheckpointCodec.decode(CheckpointCodec.encode(written));
    assertThat(read.problems()).isEmpty();
    // A holding without an address is in no allocation.
    return new Dated(
        new Durable(written.durable().holdings(), read.durable().agent()), read.boot());
  }

  @Test
  void withoutAJumpTheDatesAreThoseOfTheWallClock() {
    var written = dates(process(), "b1").toDates(at(START));
    assertThat(written.durable()).isEqualTo(at(START));
    assertThat(written.boot()).contains(new Boot("b1", START.minus(Duration.ofHours(1))));
    elapse(Duration.ofSeconds(9));
    assertThat(dates(process(), "b1").fromDates(throughTheText(written))).isEqualTo(at(START));
  }

  @Test
  void aWallClockThatWasSetBeforeTheWriteMovesTheDates() {
    var clock = process();
    set(Duration.ofHours(-5));
    assertThat(dates(clock, "b1").toDates(at(START)).durable())
        .isEqualTo(at(START.minus(Duration.ofHours(5))));
  }

  /** Whenever it is set, and however often, the next process knows how long ago it was. */
  @Test
  void inOneBootNoJumpChangesHowLongAgoItWas() {
    for (var jump : List.of(Duration.ofHours(-7), Duration.ofHours(3), Duration.ofDays(-400))) {
      var clock = process();
      set(jump);
      var now = clock.instant();
      var written = dates(clock, "b1").toDates(at(now));
      set(jump.multipliedBy(2));
      elapse(Duration.ofSeconds(9));
      var next = process();
      assertThat(dates(next, "b1").fromDates(throughTheText(written)))
          .as("%s", jump)
          .isEqualTo(at(next.instant().minusSeconds(9)));
    }
  }

  @Test
  void afterAnotherBootTheDatesAreComparedWithTheWallClock() {
    var written = dates(process(), "b1").toDates(at(START));
    nanos.set(Duration.ofSeconds(20).toNanos());
    set(Duration.ofMinutes(2));
    assertThat(dates(process(), "b2").fromDates(throughTheText(written))).isEqualTo(at(START));
  }

  @Test
  void aFileThatNamesNoBootIsComparedWithTheWallClock() {
    var clock = process();
    set(Duration.ofHours(4));
    assertThat(dates(clock, "b1").fromDates(Dated.withoutBoot(at(START))))
        .isEqualTo(at(START.minus(Duration.ofHours(4))));
  }
}
