package io.vpccni.rpc.socket;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.fixtures.VertxParameterResolver;

/** Gives each parameter of a test a Vert.x with guarded sockets and one event loop. */
public final class NativeVertxExtension extends VertxParameterResolver {
  @Override
  protected Vertx create() {
    return NativeVertx.create(new VertxOptions().setEventLoopPoolSize(1));
  }
}
