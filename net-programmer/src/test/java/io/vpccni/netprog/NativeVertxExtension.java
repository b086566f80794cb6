package io.vpccni.netprog;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.junit5.VertxParameterProvider;
import io.vpccni.rpc.socket.NativeVertx;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each parameter of a test a Vert.x of its own with guarded sockets and one event loop, and
 * closes it after the test. vertx-junit5's own extension cannot: its parameter is a Vert.x without
 * that transport, whatever its options.
 *
 * <p>The tests of rpc have a copy: Maven resolves no test jar in a build that leaves tests out.
 */
public final class NativeVertxExtension implements ParameterResolver {
  private static final VertxParameterProvider PROVIDER = new Provider();

  /** Closes as vertx-junit5 does. */
  private static final class Provider extends VertxParameterProvider {
    @Override
    public Vertx newInstance(ExtensionContext test, ParameterContext parameter) {
      return NativeVertx.create(new VertxOptions().setEventLoopPoolSize(1));
    }
  }

  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == Vertx.class;
  }

  @Override
  public Vertx resolveParameter(ParameterContext parameter, ExtensionContext test) {
    var vertx = PROVIDER.newInstance(test, parameter);
    AutoCloseable closing = () -> PROVIDER.parameterClosingConsumer().accept(vertx);
    test.getStore(Namespace.create(NativeVertxExtension.class)).put(vertx, closing);
    return vertx;
  }
}
