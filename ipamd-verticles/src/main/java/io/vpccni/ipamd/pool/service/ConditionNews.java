package io.vpccni.ipamd.pool.service;

import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.WarningEvent;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.pool.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Tells that a condition began, changed its reason, or ended: one log line and one Kubernetes event
 * for each, none for repetitions.
 */
public record ConditionNews(Condition condition, boolean over) {

  public static List<ConditionNews> between(
      Map<Condition.Key, Condition> before, Map<Condition.Key, Condition> after) {
    var news = new ArrayList<ConditionNews>();
    after.forEach(
        (key, condition) -> {
          var old = before.get(key);
          if (old == null || !old.reason().equals(condition.reason())) {
            news.add(new ConditionNews(condition, false));
          }
        });
    before.forEach(
        (key, condition) -> {
          if (!after.containsKey(key)) news.add(new ConditionNews(condition, true));
        });
    return news;
  }

  void tell(Logger log, EventBus bus) {
    (over ? log.atInfo() : log.atWarn())
        .addKeyValue(LogKeys.CONDITION, condition.key().name())
        .addKeyValue(LogKeys.SUBJECT, condition.key().subject())
        .addKeyValue(LogKeys.REASON, condition.reason())
        .addKeyValue(LogKeys.DETAIL, condition.detail())
        .log(over ? "A condition is over" : "A condition is raised");
    if (!over) KubernetesEndpoints.EVENTS.publish(bus, event());
  }

  /** Missing permissions are told in the reference's words: people have alerts on them. */
  public WarningEvent event() {
    return condition.key().name().equals(ConditionChanged.NO_PERMISSION)
        ? new WarningEvent(
            "MissingIAMPermissions", "ec2:" + condition.key().subject(), condition.detail())
        : new WarningEvent(
            condition.key().name(),
            condition.reason().isEmpty() ? condition.key().name() : condition.reason(),
            condition.detail());
  }
}
