package io.vpccni.e2e.scenario;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one testbed of this run: two nodes, agents ready. */
final class OnTestbed implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Testbed.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    return context
        .getRoot()
        .getStore(Namespace.GLOBAL)
        .getOrComputeIfAbsent(Shared.class, _ -> new Shared(), Shared.class)
        .testbed;
  }

  /** Closed by JUnit after the last test. */
  private static final class Shared implements AutoCloseable {
    final Testbed testbed;

    Shared() {
      var teardown = new Teardown();
      Runtime.getRuntime().addShutdownHook(new Thread(teardown::close));
      try {
        testbed =
            new Testbed(
                // Shorter than an ADD waits: the test before may have let all addresses go.
                TestbedSettings.of(2, "m5.large", Path.of("target/testbed-logs"))
                    .with("IP_COOLDOWN_PERIOD", "5"),
                teardown);
        testbed.startAgents();
      } catch (IOException broken) {
        teardown.close();
        throw new IllegalStateException(broken.getMessage(), broken);
      }
    }

    @Override
    public void close() {
      testbed.close();
    }
  }
}
