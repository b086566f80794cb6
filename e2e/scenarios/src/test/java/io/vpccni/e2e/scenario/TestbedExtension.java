package io.vpccni.e2e.scenario;

import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import java.io.IOException;
import java.nio.file.Path;

/** Gives tests the one testbed of this run, which has two nodes whose agents are ready. */
final class TestbedExtension extends SharedFixture<Testbed> {
  TestbedExtension() {
    super(Testbed.class);
  }

  @Override
  Testbed make(Teardown teardown) throws IOException {
    var testbed =
        new Testbed(
            // Shorter than an ADD waits: the test before may have let all addresses go.
            TestbedSettings.of(2, "m5.large", Path.of("target/testbed-logs"))
                .with("IP_COOLDOWN_PERIOD", "5"),
            teardown);
    testbed.startAgents();
    return testbed;
  }
}
