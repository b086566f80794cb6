package io.vpccni.ipamd.metrics;

import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.metrics.Counted.Counter;
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

  private final String version;
  private final Map<Counter, Map<String, Long>> counters = new EnumMap<>(Counter.class);
  private final Map<Phase, Histogram> phases = new EnumMap<>(Phase.class);
  private final ApiMetrics api = new ApiMetrics();
  private final StartMetrics start = new StartMetrics();
  private final Map<String, Long> repairs = new TreeMap<>();
  private String connmarkBackend = "";

  public AgentMetrics(String version) {
    this.version = version;
    // The reference, too, shows both results before there is one.
    counters.put(Counter.HOST_SETUPS, new TreeMap<>(Map.of("error", 0L, "success", 0L)));
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
    count(new Counted(Counter.HOST_SETUPS, "success"));
  }

  /** Returns what is measured once. */
  public StartMetrics start() {
    return start;
  }

  public String text(PoolView view) {
    var out = new Exposition();
    counters(out);
    PoolMetrics.write(out, view);
    api.write(out);
    phases.forEach((phase, histogram) -> histogram.write(out, Family.PHASES, phase.text()));
    start.write(out);
    if (!connmarkBackend.isEmpty()) out.sample(Family.CONNMARK_BACKEND, 1, connmarkBackend);
    repairs.forEach((kind, count) -> out.sample(Family.REPAIRS, count, kind));
    out.sample(Family.BUILD, 1, "java" + Runtime.version().feature(), version);
    ProcessMetrics.write(out);
    return out.text();
  }

  private void counters(Exposition out) {
    for (var counter : Counter.values()) {
      var values = counters.getOrDefault(counter, Map.of());
      if (counter.family().labels().isEmpty()) {
        out.sample(counter.family(), values.getOrDefault("", 0L));
      } else {
        values.forEach((label, value) -> out.sample(counter.family(), value, label));
      }
    }
  }
}
