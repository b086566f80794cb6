package io.vpccni.ipamd.bus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.util.function.Consumer;

/**
 * A topic is a fact that one verticle announces and any number hear; nobody answers and nobody is
 * waited for.
 */
public record Topic<M extends BusMessage>(String address) {
  public void publish(EventBus bus, M fact) {
    bus.publish(address, fact, new DeliveryOptions().setLocalOnly(true));
  }

  public Future<Void> hear(EventBus bus, Consumer<M> listener) {
    return bus.<M>localConsumer(address, message -> listener.accept(message.body())).completion();
  }
}
