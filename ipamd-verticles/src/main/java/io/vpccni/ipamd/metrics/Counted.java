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
    ADD_REQUESTS("awscni_add_ip_req_count", "", "ADD requests"),
    DEL_REQUESTS("awscni_del_ip_req_count", "reason", "DEL requests"),
    NO_ADDRESS("awscni_no_available_ip_addresses", "", "ADDs without an address");

    private final String metric;
    private final String labelName;
    private final String help;

    Counter(String metric, String labelName, String help) {
      this.metric = metric;
      this.labelName = labelName;
      this.help = help;
    }

    String metric() {
      return metric;
    }

    String labelName() {
      return labelName;
    }

    String help() {
      return help;
    }
  }
}
