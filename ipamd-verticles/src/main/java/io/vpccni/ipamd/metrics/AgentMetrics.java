package io.vpccni.ipamd.metrics;

import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.metrics.Exposition.Kind;
import io.vpccni.ipamd.pool.PoolView;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts everything, under the reference's names; the pool's gauges are read off its view when
 * somebody asks. It is for one context only.
 */
public final class AgentMetrics {
  static final double[] FINE = {
    .0001, .0002, .0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 20
  };
  private static final double[] START = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};

  private final String version;
  private final Map<Counter, Map<String, Long>> counters = new EnumMap<>(Counter.class);
  private final Map<Phase, Histogram> phases = new EnumMap<>(Phase.class);
  private final ApiMetrics api = new ApiMetrics();
  private final Map<String, Long> repairs = new TreeMap<>();
  private final Histogram startup = new Histogram(START);
  private String connmarkBackend = "";
  private long connmarkReconciles;
  private boolean started;

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
    api.called(call);
  }

  public void failed(EniStepFailed failed) {
    api.failed(failed);
  }

  public void heard(DataplaneNews news) {
    switch (news) {
      case DataplaneNews.Connected(var host) -> applied(host);
      case DataplaneNews.HostChanged(var host) -> applied(host);
      case DataplaneNews.Repaired(var kind, var count, var _, var _) ->
          repairs.merge(kind, count, Long::sum);
      case DataplaneNews.Lost _,
          DataplaneNews.DesiredMissing _,
          DataplaneNews.VethsDeleted _,
          DataplaneNews.HostAddressesChanged _ -> {}
    }
  }

  private void applied(DataplaneReply.HostApplied host) {
    connmarkBackend = host.connmarkBackend();
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
    api.write(out);
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
              "awscni_repaired_total",
              Kind.COUNTER,
              "Kernel objects put back after others' changes");
          out.sample("awscni_repaired_total", "", Map.of("kind", kind), count);
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
