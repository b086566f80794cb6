package io.vpccni.ipamd.metrics;

import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Topic;

/**
 * Something happened once more.
 *
 * @param label value of the counter's one label; empty where it has none
 */
public record Counted(Counter counter, String label) implements BusMessage {
  public static final Topic<Counted> TOPIC = new Topic<>("counted");

  public void publish(EventBus bus) {
    TOPIC.publish(bus, this);
  }

  /** Names of the reference. */
  public enum Counter {
    ADD_REQUESTS("awscni_add_ip_req_count", ""),
    DEL_REQUESTS("awscni_del_ip_req_count", "reason"),
    NO_ADDRESS("awscni_no_available_ip_addresses", "");

    private final String metric;
    private final String labelName;

    Counter(String metric, String labelName) {
      this.metric = metric;
      this.labelName = labelName;
    }

    String metric() {
      return metric;
    }

    String labelName() {
      return labelName;
    }
  }
}
