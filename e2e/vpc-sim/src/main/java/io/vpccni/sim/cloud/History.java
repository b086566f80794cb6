package io.vpccni.sim.cloud;

import io.vpccni.sim.ec2.CloudState;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;

/** Keeps the states of the recent past, so that lagging readers can be answered from them. */
final class History {
  private final TreeMap<Instant, CloudState> since = new TreeMap<>();

  History(CloudState first) {
    since.put(Instant.MIN, first);
  }

  CloudState latest() {
    return since.lastEntry().getValue();
  }

  /**
   * Returns the state at that time, or the oldest one that is kept: after the lag has grown, a
   * reader is less late than the lag for a while.
   */
  CloudState at(Instant time) {
    var then = since.floorEntry(time);
    return (then == null ? since.firstEntry() : then).getValue();
  }

  /** Adds a state. Of two changes at one instant the later one counts. */
  void add(Instant now, CloudState state, Duration keep) {
    // A clock that steps back must not reorder what happened.
    var time = now.isBefore(since.lastKey()) ? since.lastKey() : now;
    since.put(time, state);
    var oldest = since.floorKey(time.minus(keep));
    since.headMap(oldest == null ? Instant.MIN : oldest).clear();
  }
}
