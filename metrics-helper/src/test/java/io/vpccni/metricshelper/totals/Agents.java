package io.vpccni.metricshelper.totals;

import io.vpccni.metricshelper.reading.Metric;
import io.vpccni.metricshelper.reading.PodReading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Plays polls of a few agents, one after the other, 30 s apart. */
final class Agents {
  static final Duration REMEMBER = Duration.ofMinutes(5);

  private ClusterMemory memory = ClusterMemory.EMPTY;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private List<PodId> listed = new ArrayList<>();
  private Map<PodId, PodReading> answers = new HashMap<>();

  Agents says(String pod, UnaryOperator<PodReading.Builder> page) {
    silent(pod);
    answers.put(id(pod), page.apply(new PodReading.Builder()).build());
    return this;
  }

  Agents counts(String pod, double adds) {
    return says(pod, page -> page.add(Metric.ADD_REQUESTS, adds));
  }

  Agents has(String pod, double assigned) {
    return says(pod, page -> page.add(Metric.ASSIGNED_ADDRESSES, assigned));
  }

  /** The pod exists and does not answer. */
  Agents silent(String pod) {
    listed.add(id(pod));
    return this;
  }

  Totals poll() {
    var step = memory.after(new Poll(now, listed, answers), REMEMBER);
    memory = step.next();
    now = now.plusSeconds(30);
    listed = new ArrayList<>();
    answers = new HashMap<>();
    return step.totals();
  }

  /** Returns the increase of the ADD requests in this poll. */
  double added() {
    return poll().values().get(Metric.ADD_REQUESTS);
  }

  Agents passes(Duration time) {
    now = now.plus(time);
    return this;
  }

  private static PodId id(String pod) {
    return new PodId(pod, "uid-of-" + pod);
  }
}
