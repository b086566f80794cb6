package io.vpccni.ipamd.bus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import java.time.Duration;
import java.util.function.Function;

/**
 * An endpoint is a question that one verticle answers. Expected outcomes are reply records; a
 * failed future means a timeout, nobody there, or a bug over there.
 *
 * @param <Q> request
 * @param <R> reply
 */
public record Endpoint<Q extends BusMessage, R extends BusMessage>(
    String address, Class<R> replyType) {
  /** This failure code says that the service threw. */
  private static final int BUG = 500;

  public Future<R> ask(EventBus bus, Q request, Duration timeout) {
    var options = new DeliveryOptions().setLocalOnly(true).setSendTimeout(timeout.toMillis());
    return bus.<R>request(address, request, options).map(reply -> replyType.cast(reply.body()));
  }

  public Future<Void> serve(EventBus bus, Function<Q, Future<R>> service) {
    return bus.<Q>localConsumer(
            address,
            message ->
                // compose, not apply: a service that throws then answers at once instead of timing
                // out
                Future.succeededFuture(message.body())
                    .compose(service)
                    .onSuccess(message::reply)
                    .onFailure(bug -> message.fail(BUG, bug.toString())))
        .completion();
  }
}
