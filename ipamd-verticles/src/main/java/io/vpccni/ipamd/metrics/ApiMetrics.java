package io.vpccni.ipamd.metrics;

import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.aws.ApiCallMade.Outcome;
import io.vpccni.ipamd.ec2.EniStepFailed;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Calls to EC2 and IMDS: the reference's families, and histograms of latency and of the wait for
 * our own request budget. It is for one context only.
 */
final class ApiMetrics {
  /** Labels that EC2 decides are bounded, so that a strange answer cannot fill the memory. */
  private static final int MOST_SERIES = 500;

  private final Map<Answer, Calls> summaries = new TreeMap<>();
  private final Map<Refusal, Long> errors = new TreeMap<>();
  private final Map<Refusal, Long> steps = new TreeMap<>();
  private final Map<String, Long> requests = new TreeMap<>();
  private final Map<String, Long> failures = new TreeMap<>();
  private final Map<Timed, Histogram> ec2Seconds = new TreeMap<>();
  private final Map<Outcome, Histogram> imdsSeconds = new TreeMap<>();
  private final Map<String, Histogram> limiterSeconds = new TreeMap<>();

  /** These are the labels of the latency summary. */
  private record Answer(String api, boolean error, String status) implements Comparable<Answer> {
    @Override
    public int compareTo(Answer other) {
      int byApi = api.compareTo(other.api);
      return byApi != 0 ? byApi : status.compareTo(other.status);
    }
  }

  private record Refusal(String of, String error) implements Comparable<Refusal> {
    @Override
    public int compareTo(Refusal other) {
      int byApi = of.compareTo(other.of);
      return byApi != 0 ? byApi : error.compareTo(other.error);
    }
  }

  private record Timed(String api, Outcome outcome) implements Comparable<Timed> {
    @Override
    public int compareTo(Timed other) {
      int byApi = api.compareTo(other.api);
      return byApi != 0 ? byApi : outcome.compareTo(other.outcome);
    }
  }

  private static final class Calls {
    private long count;
    private double millis;
  }

  void called(ApiCallMade call) {
    // As the reference: what EC2 did not answer has no code, and what the caller meant to happen is
    // no error.
    if (call.outcome() == Outcome.REFUSED) count(errors, new Refusal(call.api(), call.code()));
    switch (call.service()) {
      case EC2 -> {
        summarise(call);
        time(call);
        requests.merge(call.api(), 1L, Long::sum);
        if (call.outcome() == Outcome.REFUSED || call.outcome() == Outcome.NO_ANSWER) {
          failures.merge(call.api(), 1L, Long::sum);
        }
      }
      case WAIT -> summarise(call);
      case IMDS ->
          imdsSeconds
              .computeIfAbsent(call.outcome(), _ -> new Histogram(AgentMetrics.FINE))
              .add(call.latency().toNanos() / 1e9);
      case SYNC -> {}
    }
  }

  private void summarise(ApiCallMade call) {
    boolean ok = call.outcome() == Outcome.OK;
    var status = ok ? "200" : call.outcome() == Outcome.NO_ANSWER ? "" : call.code();
    var key = new Answer(call.api(), !ok, status);
    if (summaries.size() >= MOST_SERIES && !summaries.containsKey(key)) return;
    var made = summaries.computeIfAbsent(key, _ -> new Calls());
    made.count++;
    made.millis += call.latency().toNanos() / 1e6;
  }

  private void time(ApiCallMade call) {
    ec2Seconds
        .computeIfAbsent(
            new Timed(call.api(), call.outcome()), _ -> new Histogram(AgentMetrics.FINE))
        .add(call.latency().toNanos() / 1e9);
    limiterSeconds
        .computeIfAbsent(call.api(), _ -> new Histogram(AgentMetrics.FINE))
        .add(call.limiterWait().toNanos() / 1e9);
  }

  void failed(EniStepFailed failed) {
    count(steps, new Refusal(failed.step(), failed.error()));
  }

  private static void count(Map<Refusal, Long> all, Refusal error) {
    if (all.size() < MOST_SERIES || all.containsKey(error)) all.merge(error, 1L, Long::sum);
  }

  void write(Exposition out) {
    summaries.forEach(
        (key, made) -> {
          var error = Boolean.toString(key.error);
          out.part(Family.EC2_LATENCY, "_sum", made.millis, key.api, error, key.status);
          out.part(Family.EC2_LATENCY, "_count", made.count, key.api, error, key.status);
        });
    errors.forEach((error, count) -> out.sample(Family.API_ERRORS, count, error.of, error.error));
    steps.forEach((error, count) -> out.sample(Family.STEP_ERRORS, count, error.error, error.of));
    requests.forEach((api, count) -> out.sample(Family.EC2_REQUESTS, count, api));
    failures.forEach((api, count) -> out.sample(Family.EC2_FAILURES, count, api));
    ec2Seconds.forEach(
        (key, histogram) -> histogram.write(out, Family.EC2_SECONDS, key.api, text(key.outcome)));
    imdsSeconds.forEach(
        (outcome, histogram) -> histogram.write(out, Family.IMDS_SECONDS, text(outcome)));
    limiterSeconds.forEach((api, histogram) -> histogram.write(out, Family.LIMITER_SECONDS, api));
  }

  private static String text(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }
}
