package io.vpccni.e2e.scenario;

import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import java.io.IOException;
import java.nio.file.Path;

/** Gives tests of the plugin the one {@link CniNode} of this run, which has room for 200 pods. */
final class CniNodeExtension extends SharedFixture<CniNode> {
  CniNodeExtension() {
    super(CniNode.class);
  }

  @Override
  CniNode make(Teardown teardown) throws IOException {
    var settings =
        TestbedSettings.of(1, "m5.4xlarge", Path.of("target/testbed-logs/cni"))
            .with("IP_COOLDOWN_PERIOD", "0");
    var node = new CniNode(new Testbed(settings, teardown));
    node.testbed().startAgents();
    return node;
  }
}
