package io.vpccni.sim.cloudwatch;

import io.vpccni.sim.cloudwatch.Datum.Origin;
import io.vpccni.sim.query.Form;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Keeps the last 100,000 metric data that arrived by PutMetricData. It is thread-safe. */
public final class Metrics {
  private static final int KEPT = 100_000;
  private static final int MOST_PER_CALL = 1000;

  private final Deque<Datum> arrived = new ArrayDeque<>();

  public synchronized List<Datum> arrived() {
    return List.copyOf(arrived);
  }

  public synchronized void clear() {
    arrived.clear();
  }

  /**
   * Takes one PutMetricData call.
   *
   * @param compressed says whether the request was gzipped; the body no longer is
   * @throws IllegalArgumentException if CloudWatch would refuse it
   */
  public void accept(Protocol protocol, byte[] body, boolean compressed, Instant now) {
    put(protocol.read(body), new Origin(now, protocol.name().toLowerCase(Locale.ROOT), compressed));
  }

  /**
   * @param body has {@code Namespace} and {@code MetricData} as maps and lists
   * @throws IllegalArgumentException if CloudWatch would refuse it
   */
  private void put(Map<?, ?> body, Origin origin) {
    var namespace = body.get("Namespace");
    if (!(namespace instanceof String name) || name.isEmpty()) {
      throw new IllegalArgumentException("The parameter Namespace is required.");
    }
    if (!(body.get("MetricData") instanceof List<?> list) || list.isEmpty()) {
      throw new IllegalArgumentException("The parameter MetricData is required.");
    }
    if (list.size() > MOST_PER_CALL) {
      throw new IllegalArgumentException("MetricData has more than " + MOST_PER_CALL + " members");
    }
    var data = new ArrayList<Datum>();
    for (var item : list) {
      if (item instanceof Map<?, ?> one) {
        data.add(Datum.of(name, one, origin));
      }
    }
    keep(data);
  }

  private synchronized void keep(List<Datum> data) {
    arrived.addAll(data);
    while (arrived.size() > KEPT) {
      arrived.removeFirst();
    }
  }

  /** Turns {@code MetricData.member.1.Dimensions.member.1.Name=…} into maps and lists. */
  static Map<String, Object> nested(Form form) {
    var root = new TreeMap<String, Object>();
    form.values().forEach((name, value) -> insert(root, name.split("\\.", -1), 0, value));
    return lists(root);
  }

  @SuppressWarnings("unchecked") // only maps of this shape are put in
  private static void insert(Map<String, Object> at, String[] path, int depth, String value) {
    if (depth == path.length - 1) {
      at.put(path[depth], value);
      return;
    }
    var below = at.computeIfAbsent(path[depth], _ -> new TreeMap<String, Object>());
    if (below instanceof Map<?, ?>) {
      insert((Map<String, Object>) below, path, depth + 1, value);
    }
  }

  /** Turns each map whose key is {@code member} into a list in the order of its numbers. */
  private static Map<String, Object> lists(Map<?, ?> tree) {
    var out = new LinkedHashMap<String, Object>();
    tree.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> below && below.get("member") instanceof Map<?, ?> items) {
            out.put(key.toString(), list(items));
          } else if (value instanceof Map<?, ?> below) {
            out.put(key.toString(), lists(below));
          } else {
            out.put(key.toString(), value);
          }
        });
    return out;
  }

  private static List<Object> list(Map<?, ?> items) {
    var byNumber = new TreeMap<Integer, Object>();
    items.forEach(
        (number, item) ->
            byNumber.put(
                Integer.valueOf(number.toString()),
                item instanceof Map<?, ?> structure ? lists(structure) : item));
    return List.copyOf(byNumber.values());
  }
}
