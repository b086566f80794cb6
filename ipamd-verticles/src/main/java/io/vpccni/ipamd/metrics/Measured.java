package io.vpccni.ipamd.metrics;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Topic;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/** Parts of one call took so many nanoseconds. */
public record Measured(Map<Phase, Long> nanos) implements BusMessage {
  public static final Topic<Measured> TOPIC = new Topic<>("measured");

  public Measured {
    nanos = Map.copyOf(nanos);
  }

  public static Measured of(Phase phase, long nanos) {
    return new Measured(Map.of(phase, nanos));
  }

  /** Makes a call and publishes how long it took, whatever becomes of it. */
  public static <T> Future<T> timed(EventBus bus, Phase phase, Supplier<Future<T>> call) {
    var took = Stopwatch.started();
    return call.get().onComplete(_ -> of(phase, took.nanos()).publish(bus));
  }

  public Measured and(Phase phase, long nanos) {
    var all = new EnumMap<Phase, Long>(Phase.class);
    all.putAll(this.nanos);
    all.put(phase, nanos);
    return new Measured(all);
  }

  public void publish(EventBus bus) {
    TOPIC.publish(bus, this);
  }
}
