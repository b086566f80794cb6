package io.vpccni.ipamd.metrics;

import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Topic;

/** One part of a call took so long. */
public record Measured(Phase phase, long nanos, boolean success) implements BusMessage {
  public static final Topic<Measured> TOPIC = new Topic<>("measured");

  /**
   * @param start of {@link System#nanoTime}
   */
  public static Measured since(long start, Phase phase, boolean success) {
    return new Measured(phase, System.nanoTime() - start, success);
  }

  public void publish(EventBus bus) {
    TOPIC.publish(bus, this);
  }
}
