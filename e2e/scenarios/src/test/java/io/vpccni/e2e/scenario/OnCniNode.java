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

/** Gives tests of the plugin the one {@link CniNode} of this run, with room for 200 pods. */
final class OnCniNode implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == CniNode.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    return context
        .getRoot()
        .getStore(Namespace.GLOBAL)
        .getOrComputeIfAbsent(Shared.class, _ -> new Shared(), Shared.class)
        .node;
  }

  /** Closed by JUnit after the last test. */
  private static final class Shared implements AutoCloseable {
    private final Teardown teardown = new Teardown();
    final CniNode node;

    Shared() {
      Runtime.getRuntime().addShutdownHook(new Thread(teardown::close));
      try {
        var settings =
            TestbedSettings.of(1, "m5.4xlarge", Path.of("target/testbed-logs/cni"))
                .with("IP_COOLDOWN_PERIOD", "0");
        node = new CniNode(new Testbed(settings, teardown));
        node.testbed().startAgents();
      } catch (IOException broken) {
        teardown.close();
        throw new IllegalStateException(broken.getMessage(), broken);
      }
    }

    @Override
    public void close() {
      teardown.close();
    }
  }
}
