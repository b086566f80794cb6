package io.vpccni.ipamd.http;

import io.vpccni.ipamd.pool.PoolMessage.History;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.rpc.time.ElapsedClock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes {@code /v1/history} and {@code /v1/conditions}, which the reference does not have. */
final class PoolJson {
  private PoolJson() {}

  static Map<String, Object> history(History history, ElapsedClock clock) {
    return Map.of(
        "entries",
        history.entries().stream()
            .map(
                entry -> {
                  var json = new LinkedHashMap<String, Object>();
                  json.put("at", clock.date(entry.at()).toString());
                  json.put("what", entry.what());
                  json.put("why", entry.why());
                  return json;
                })
            .toList());
  }

  static Map<String, Object> conditions(PoolView view, ElapsedClock clock) {
    return Map.of("conditions", conditionsOf(view, clock));
  }

  private static List<Map<String, Object>> conditionsOf(PoolView view, ElapsedClock clock) {
    return view.conditions().stream()
        .map(
            condition -> {
              Map<String, Object> json = new LinkedHashMap<>();
              json.put("name", condition.key().name());
              json.put("subject", condition.key().subject());
              json.put("reason", condition.reason());
              json.put("detail", condition.detail());
              json.put("since", clock.date(condition.since()).toString());
              return json;
            })
        .toList();
  }
}
