package io.vpccni.metricshelper.totals;

import io.vpccni.metricshelper.reading.PodReading;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers what each pod said last, which the next poll is compared with. It is immutable.
 *
 * @param polled whether there was a poll before
 * @param pods every pod of the last list, and what it said last, if it ever answered
 */
public record ClusterMemory(boolean polled, Map<PodId, Optional<Answered>> pods) {
  /** This is the memory of a program that has just started. */
  public static final ClusterMemory EMPTY = new ClusterMemory(false, Map.of());

  public ClusterMemory {
    pods = Map.copyOf(pods);
  }

  /** Holds the last answer of a pod and the time of the poll that brought it. */
  public record Answered(PodReading reading, Instant at) {}

  /** Holds the memory for the next poll, and what this one says. */
  public record Step(ClusterMemory next, Totals totals) {}

  /**
   * Adds up a poll.
   *
   * <p>A pod that does not answer counts with the gauges of its last answer, since its addresses do
   * not disappear because a question got lost. What its counters gained meanwhile counts when it
   * answers again.
   *
   * @param remember how long the gauges of a pod count that does not answer
   */
  public Step after(Poll poll, Duration remember) {
    var next = new HashMap<PodId, Optional<Answered>>();
    var sums = new Sums();
    int remembered = 0;
    for (var pod : poll.listed()) {
      var answer = Optional.ofNullable(poll.answers().get(pod));
      var before = pods.getOrDefault(pod, Optional.empty());
      if (answer.isPresent()) {
        sums.gauges(answer.get());
        sums.increase(answer.get(), baseline(pod, before, answer.get()));
        next.put(pod, Optional.of(new Answered(answer.get(), poll.at())));
      } else {
        if (before.isPresent() && isRecent(before.get(), poll.at(), remember)) {
          sums.gauges(before.get().reading());
          sums.noIncrease(before.get().reading());
          remembered++;
        }
        next.put(pod, before);
      }
    }
    int answered = (int) poll.listed().stream().filter(poll.answers()::containsKey).count();
    var coverage = new Totals.Coverage(poll.listed().size(), answered, remembered);
    return new Step(new ClusterMemory(true, next), new Totals(poll.at(), sums.values(), coverage));
  }

  /** Returns the reading from which the counters of this pod are reckoned. */
  private PodReading baseline(PodId pod, Optional<Answered> before, PodReading now) {
    if (before.isPresent()) {
      return before.get().reading();
    }
    // A pod that was not in the last list is younger than that list: all it has counted is new.
    // Of any other one nobody knows how much was counted before.
    return polled && !pods.containsKey(pod) ? Sums.ZERO : now;
  }

  private static boolean isRecent(Answered answered, Instant now, Duration remember) {
    return Duration.between(answered.at(), now).compareTo(remember) <= 0;
  }
}
