package io.vpccni.ipamd.dataplane.service;

import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.dataplane.DataplaneNews.Repaired;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostReply;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.metrics.Counted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs repairs of the host, keeps the condition that another program undoes them, and counts
 * set-ups of the host that were refused.
 */
final class RepairNews {
  private static final Logger log = LoggerFactory.getLogger(RepairNews.class);

  private final EventBus bus;
  private final RaisedConditions conditions;

  RepairNews(EventBus bus) {
    this.bus = bus;
    this.conditions = RaisedConditions.on(bus);
  }

  void tell(Repaired repaired) {
    log.atInfo()
        .addKeyValue(LogKeys.KIND, repaired.kind())
        .addKeyValue(LogKeys.COUNT, repaired.count())
        .addKeyValue(LogKeys.DETAIL, repaired.detail())
        .log(sentence(repaired));
    if (repaired.contested()) {
      conditions.raise(
          ConditionChanged.HOST_CONTESTED, repaired.kind(), "UndoneRepeatedly", repaired.detail());
    } else {
      conditions.lower(ConditionChanged.HOST_CONTESTED, repaired.kind());
    }
  }

  void count(HostReply reply) {
    switch (reply) {
      case DataplaneReply.Refused _ ->
          new Counted(Counted.Counter.HOST_SETUPS, "error").publish(bus);
      case DataplaneReply.HostApplied _, DataplaneReply.Unavailable _ -> {}
    }
  }

  private static String sentence(Repaired repaired) {
    if (repaired.count() > 0) return "What another program had changed is repaired";
    return repaired.contested()
        ? "The host's rules cannot be kept"
        : "The host's rules are kept again";
  }
}
