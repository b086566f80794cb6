package io.vpccni.ipamd.metrics;

import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Topic;

/**
 * Something happened again.
 *
 * @param label value of the counter's one label; empty where it has none
 * @param times 1 or more
 */
public record Counted(Counter counter, String label, long times) implements BusMessage {
  public static final Topic<Counted> TOPIC = new Topic<>("counted");

  /** Counts it once. */
  public Counted(Counter counter, String label) {
    this(counter, label, 1);
  }

  public void publish(EventBus bus) {
    TOPIC.publish(bus, this);
  }

  /** The counters have the reference's names. */
  public enum Counter {
    ADD_REQUESTS("awscni_add_ip_req_count", "", "ADD requests"),
    DEL_REQUESTS("awscni_del_ip_req_count", "reason", "DEL requests"),
    NO_ADDRESS("awscni_no_available_ip_addresses", "", "ADDs without an address"),
    RECONCILED(
        "awscni_reconcile_count", "fn", "What comparing the pool with EC2 and IMDS has shown"),
    ERRORS("awscni_ipamd_error_count", "fn", "What the pool asked for and did not get");

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
