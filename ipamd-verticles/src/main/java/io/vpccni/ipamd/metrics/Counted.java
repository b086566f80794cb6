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

  /** This is what is counted; a family with the label's value is what the page shows. */
  public enum Counter {
    ADD_REQUESTS(Family.ADD_REQUESTS),
    DEL_REQUESTS(Family.DEL_REQUESTS),
    NO_ADDRESS(Family.NO_ADDRESS),
    RECONCILED(Family.RECONCILED),
    ERRORS(Family.ERRORS),
    POD_ENI_ERRORS(Family.POD_ENI_ERRORS),
    FORCE_REMOVED_ENIS(Family.FORCE_REMOVED_ENIS),
    FORCE_REMOVED_IPS(Family.FORCE_REMOVED_IPS),
    HOST_SETUPS(Family.CONNMARK_RECONCILES),
    RECLAIMS(Family.RECLAIMS);

    private final Family family;

    Counter(Family family) {
      this.family = family;
    }

    Family family() {
      return family;
    }
  }
}
