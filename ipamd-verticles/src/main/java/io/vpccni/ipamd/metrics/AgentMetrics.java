package io.vpccni.ipamd.metrics;

import io.vpccni.ipamd.ec2.ApiCallMade;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.metrics.Exposition.Kind;
import io.vpccni.ipamd.pool.PoolView;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that is counted, under the reference's names; the pool's gauges are read off its view
 * when somebody asks. One context only.
 */
public final class AgentMetrics {
  private static final double[] FINE = {
    .0001, .0002, .0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 20
  };
  private static final double[] START = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

  /** Labels that EC2 decides are bounded, so that a strange answer cannot fill the memory. */
  private static final int MOST_SERIES = 500;

  private final String version;
  private final Map<Counter, Map<String, Long>> counters = new EnumMap<>(Counter.class);
  private final Map<Phase, Histogram> phases = new EnumMap<>(Phase.class);
  private final Map<Api, Calls> calls = new TreeMap<>();
  private final Map<String, Long> repairs = new TreeMap<>();
  private final Histogram startup = new Histogram(START);
  private String connmarkBackend = "";
  private long connmarkReconciles;
  private boolean started;

  private record Api(ApiCallMade.Service service, String api, String code)
      implements Comparable<Api> {
    @Override
    public int compareTo(Api other) {
      int byService = service.compareTo(other.service);
      if (byService != 0) return byService;
      int byApi = api.compareTo(other.api);
      return byApi != 0 ? byApi : code.compareTo(other.code);
    }
  }

  private static final class Calls {
    private long count;
    private double millis;
  }

  public AgentMetrics(String version) {
    this.version = version;
  }

  public void count(Counted counted) {
    counters
        .computeIfAbsent(counted.counter(), _ -> new TreeMap<>())
        .merge(counted.label(), counted.times(), Long::sum);
  }

  public void measure(Measured measured) {
    measured
        .nanos()
        .forEach(
            (phase, nanos) ->
                phases.computeIfAbsent(phase, _ -> new Histogram(FINE)).add(nanos / 1e9));
  }

  public void called(ApiCallMade call) {
    var key = new Api(call.service(), call.api(), call.code());
    if (calls.size() >= MOST_SERIES && !calls.containsKey(key)) return;
    var made = calls.computeIfAbsent(key, _ -> new Calls());
    made.count++;
    made.millis += call.latency().toNanos() / 1e6;
  }

  public void repaired(String kind, long count) {
    repairs.merge(kind, count, Long::sum);
  }

  public void hostApplied(String backend) {
    connmarkBackend = backend;
    connmarkReconciles++;
  }

  /**
   * @param seconds from the start of the process to its sockets
   */
  public void started(double seconds) {
    started = true;
    startup.add(seconds);
  }

  public String text(PoolView view) {
    var out = new Exposition();
    counters(out);
    PoolMetrics.write(out, view);
    api(out);
    phases(out);
    host(out);
    process(out);
    return out.text();
  }

  private void counters(Exposition out) {
    for (var counter : Counter.values()) {
      var values = counters.getOrDefault(counter, Map.of());
      if (counter.labelName().isEmpty()) {
        out.single(counter.metric(), Kind.COUNTER, counter.help(), values.getOrDefault("", 0L));
      } else if (!values.isEmpty()) {
        out.declare(counter.metric(), Kind.COUNTER, counter.help());
        values.forEach(
            (label, value) ->
                out.sample(counter.metric(), "", Map.of(counter.labelName(), label), value));
      }
    }
    out.single("awscni_force_removed_enis", Kind.COUNTER, "ENIs removed while pods used them", 0);
    out.single(
        "awscni_force_removed_ips", Kind.COUNTER, "Addresses removed while pods used them", 0);
  }

  private void api(Exposition out) {
    var latency = "awscni_aws_api_latency_ms";
    var errors = "awscni_aws_api_error_count";
    var requests = "awscni_ec2api_req_count";
    var failures = "awscni_ec2api_error_count";
    var perApi = new TreeMap<String, Long>();
    var failed = new TreeMap<String, Long>();
    calls.forEach(
        (api, made) -> {
          boolean bad = !api.code.isEmpty();
          if (bad) {
            out.declare(errors, Kind.COUNTER, "Failed calls of EC2 and IMDS");
            out.sample(errors, "", labels("api", api.api, "error", api.code), made.count);
          }
          if (api.service != ApiCallMade.Service.EC2) return;
          perApi.merge(api.api, made.count, Long::sum);
          if (bad) failed.merge(api.api, made.count, Long::sum);
          out.declare(latency, Kind.SUMMARY, "Latency of EC2 calls in milliseconds");
          var with =
              labels(
                  "api", api.api, "error", Boolean.toString(bad), "status", bad ? api.code : "200");
          out.sample(latency, "_sum", with, made.millis);
          out.sample(latency, "_count", with, made.count);
        });
    perApi.forEach(
        (api, count) -> {
          out.declare(requests, Kind.COUNTER, "Requests to EC2");
          out.sample(requests, "", Map.of("fn", api), count);
        });
    failed.forEach(
        (api, count) -> {
          out.declare(failures, Kind.COUNTER, "Failed requests to EC2");
          out.sample(failures, "", Map.of("fn", api), count);
        });
  }

  private void phases(Exposition out) {
    var name = "awscni_cni_phase_duration_seconds";
    phases.forEach(
        (phase, histogram) -> {
          out.declare(name, Kind.HISTOGRAM, "Parts of CNI calls");
          histogram.write(out, name, Map.of("phase", phase.text()));
        });
    if (started) {
      var startName = "awscni_ipamd_startup_duration_seconds";
      out.declare(startName, Kind.HISTOGRAM, "From the start of the process to its sockets");
      startup.write(
          out,
          startName,
          labels("failure_reason", "", "success", "true", "with_api_server", "false"));
      var initName = "awscni_ipamd_node_initialization_duration_seconds";
      out.declare(initName, Kind.HISTOGRAM, "From the start of the process to its sockets");
      startup.write(out, initName, Map.of("success", "true"));
    }
  }

  private void host(Exposition out) {
    var reconciles = "awscni_connmark_reconcile_total";
    out.declare(reconciles, Kind.COUNTER, "Set-ups of the connection marks");
    out.sample(reconciles, "", Map.of("result", "success"), connmarkReconciles);
    out.sample(reconciles, "", Map.of("result", "error"), 0);
    if (!connmarkBackend.isEmpty()) {
      out.declare("awscni_connmark_backend", Kind.GAUGE, "Where the connection marks are kept");
      out.sample("awscni_connmark_backend", "", Map.of("backend", connmarkBackend), 1);
    }
    repairs.forEach(
        (kind, count) -> {
          out.declare(
              "awscni_repaired", Kind.COUNTER, "Kernel objects put back after others' changes");
          out.sample("awscni_repaired", "", Map.of("kind", kind), count);
        });
  }

  private void process(Exposition out) {
    out.declare("awscni_build_info", Kind.GAUGE, "What runs here");
    out.sample(
        "awscni_build_info",
        "",
        labels("goversion", "java" + Runtime.version().feature(), "version", version),
        1);
    ProcessMetrics.write(out);
  }

  static Map<String, String> labels(String... pairs) {
    var labels = new TreeMap<String, String>();
    for (int at = 0; at < pairs.length; at += 2) labels.put(pairs[at], pairs[at + 1]);
    return labels;
  }
}
