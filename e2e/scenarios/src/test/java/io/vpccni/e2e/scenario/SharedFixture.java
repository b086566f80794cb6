package io.vpccni.e2e.scenario;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.e2e.testbed.Teardown;
import java.io.IOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a fixture that takes long to make. The first test that wants it has it made, and
 * JUnit takes it down after the last.
 */
abstract class SharedFixture<T> implements ParameterResolver {
  private final Class<T> type;

  SharedFixture(Class<T> type) {
    this.type = type;
  }

  /**
   * Makes the fixture.
   *
   * @param teardown learns of each part as soon as it exists
   */
  abstract T make(Teardown teardown) throws IOException;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == type;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    return type.cast(
        context
            .getRoot()
            .getStore(Namespace.GLOBAL)
            .getOrComputeIfAbsent(type, _ -> made(), Made.class)
            .thing);
  }

  private Made made() {
    var teardown = new Teardown();
    Runtime.getRuntime().addShutdownHook(new Thread(teardown::close));
    try {
      return new Made(make(teardown), teardown);
    } catch (IOException broken) {
      teardown.close();
      throw new IllegalStateException(broken.getMessage(), broken);
    }
  }

  private record Made(Object thing, Teardown teardown) implements AutoCloseable {
    @Override
    public void close() {
      teardown.close();
    }
  }
}
