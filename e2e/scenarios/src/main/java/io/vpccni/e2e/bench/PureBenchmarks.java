package io.vpccni.e2e.bench;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the results of the benchmarks that need no node and are run by {@code
 * e2e/setup/pure-benchmarks}, and makes reports of them.
 */
final class PureBenchmarks {
  static final List<String> NAMES = List.of("pool-decision", "netconf", "netlink", "ec2-hours");

  private static final String JMH = ".jmh.json";

  private PureBenchmarks() {}

  /**
   * Reads the results.
   *
   * @param raw the folder with the results of this run
   */
  static List<Report> read(Path raw) throws IOException {
    var reports = new ArrayList<Report>();
    for (var name : NAMES) {
      var jmh = raw.resolve(name + JMH);
      var plain = raw.resolve(name + ".json");
      try {
        if (Files.exists(jmh)) reports.add(jmh(name, new JsonArray(Files.readString(jmh))));
        if (Files.exists(plain)) reports.add(plain(name, new JsonObject(Files.readString(plain))));
      } catch (DecodeException broken) {
        throw new IOException("the result of " + name + " is incomplete: run it again", broken);
      }
    }
    return reports;
  }

  private static Report jmh(String name, JsonArray results) {
    var rows = new ArrayList<Samples>();
    for (int i = 0; i < results.size(); i++) {
      var result = results.getJsonObject(i);
      var metric = result.getJsonObject("primaryMetric");
      var benchmark = result.getString("benchmark");
      rows.add(
          Samples.of(
              benchmark.substring(benchmark.lastIndexOf('.') + 1),
              metric.getString("scoreUnit").replace("/op", ""),
              values(metric.getJsonArray("rawDataHistogram"))));
    }
    return new Report(name, rows, List.of());
  }

  /**
   * Returns the values of a histogram that JMH writes by run and iteration, each value with its
   * count.
   */
  private static List<Double> values(JsonArray runs) {
    var values = new ArrayList<Double>();
    for (var run : runs) {
      for (var iteration : (JsonArray) run) {
        for (var pair : (JsonArray) iteration) {
          var seen = (JsonArray) pair;
          for (int i = 0; i < seen.getInteger(1); i++) values.add(seen.getDouble(0));
        }
      }
    }
    return values;
  }

  private static Report plain(String name, JsonObject result) {
    var rows = new ArrayList<Samples>();
    result
        .getJsonObject("rows")
        .forEach(
            row ->
                rows.add(
                    Samples.single(
                        row.getKey(), "calls", ((Number) row.getValue()).doubleValue())));
    var notes = new ArrayList<String>();
    result.getJsonArray("notes").forEach(note -> notes.add((String) note));
    return new Report(name, rows, notes);
  }
}
