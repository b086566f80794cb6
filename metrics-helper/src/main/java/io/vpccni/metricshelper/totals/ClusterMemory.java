package io.vpccni.metricshelper.totals;

import io.vpccni.metricshelper.reading.PodReading;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers what each pod said last, which the next poll is compared with. It is immutable.
 *
 * @param polled whether there was a poll before
 * @param pods what is known of every pod of the last list
 */
public record ClusterMemory(boolean polled, Map<PodId, Known> pods) {
  /** This is the memory of a program that has just started. */
  public static final ClusterMemory EMPTY = new ClusterMemory(false, Map.of());

  public ClusterMemory {
    pods = Map.copyOf(pods);
  }

  /** Says what is known of a pod, from which its counters are reckoned. */
  public sealed interface Known {
    /** Holds the last answer of a pod and the time of the poll that brought it. */
    record Answered(PodReading reading, Instant at) implements Known {}

    /** Says that a pod is younger than the first poll and has not answered yet. */
    record Young() implements Known {}

    /** Says that a pod was in the first list and has not answered yet. */
    record OfUnknownAge() implements Known {}
  }

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
    var next = new HashMap<PodId, Known>();
    var sums = new Sums();
    int remembered = 0;
    for (var pod : poll.listed()) {
      var before = pods.getOrDefault(pod, polled ? new Known.Young() : new Known.OfUnknownAge());
      var answer = poll.answers().get(pod);
      if (answer != null) {
        sums.gauges(answer);
        sums.increase(answer, baseline(before, answer));
        next.put(pod, new Known.Answered(answer, poll.at()));
        continue;
      }
      next.put(pod, before);
      if (before instanceof Known.Answered(var last, var at) && isRecent(at, poll.at(), remember)) {
        sums.gauges(last);
        sums.noIncrease(last);
        remembered++;
      }
    }
    int answered = (int) poll.listed().stream().filter(poll.answers()::containsKey).count();
    var coverage = new Totals.Coverage(poll.listed().size(), answered, remembered);
    return new Step(new ClusterMemory(true, next), new Totals(poll.at(), sums.values(), coverage));
  }

  /** Returns the reading from which the counters of a pod are reckoned. */
  private static PodReading baseline(Known before, PodReading now) {
    return switch (before) {
      case Known.Answered(var last, _) -> last;
      // All it has counted is new: it is often listed while its image is still pulled.
      case Known.Young() -> Sums.ZERO;
      // Nobody knows how much it had counted before.
      case Known.OfUnknownAge() -> now;
    };
  }

  private static boolean isRecent(Instant answered, Instant now, Duration remember) {
    return Duration.between(answered, now).compareTo(remember) <= 0;
  }
}
