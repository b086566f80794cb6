package io.vpccni.ipamd.stream;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.function.Consumer;

/** A verticle that does with its streams what a test wants when it starts. */
final class StreamOwner extends VerticleBase {
  private final Consumer<Streams> action;

  StreamOwner(Consumer<Streams> action) {
    this.action = action;
  }

  @Override
  public Future<?> start() {
    action.accept(new Streams(vertx));
    return Future.succeededFuture();
  }
}
