package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.checkpoint.CheckpointDates;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;

/** The clocks of the node: its wall clock, which somebody sets, and the one of each process. */
final class SimulatedClock {
  private static final int MOST_HOURS = 30;

  private final VirtualTime time;
  private final Random chance;
  private final Instant booted;
  private Duration ahead = Duration.ZERO;
  private ElapsedClock process;

  SimulatedClock(VirtualTime time, Random chance) {
    this.time = time;
    this.chance = chance;
    booted = time.now().minus(Duration.ofHours(1));
    process = process();
  }

  private ElapsedClock process() {
    return new ElapsedClock(
        () -> time.now().plus(ahead), () -> Duration.between(booted, time.now()).toNanos());
  }

  /** A process starts, which sees the wall clock as it is set now. */
  void processStarts() {
    process = process();
  }

  /** Returns the time by the clock of the process that runs. */
  Instant now() {
    return process.instant();
  }

  /** Returns how the process that runs reads and writes dates. */
  CheckpointDates dates() {
    return new CheckpointDates(process, Optional.of("boot"));
  }

  /** Somebody sets the wall clock, back or forth by hours. */
  void set() {
    var by = Duration.ofMinutes(chance.nextInt(1, MOST_HOURS * 60));
    ahead = chance.nextBoolean() ? ahead.plus(by) : ahead.minus(by);
  }
}
