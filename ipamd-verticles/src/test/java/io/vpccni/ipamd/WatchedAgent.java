package io.vpccni.ipamd;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Starts an agent that serves gRPC before each test. */
abstract class WatchedAgent {
  @RegisterExtension final RealBus bus = new RealBus();

  @SuppressWarnings("NullAway.Init")
  GrpcAgent agent;

  @BeforeEach
  void start(@TempDir Path folder) {
    agent = new GrpcAgent(bus.vertx(), folder);
    agent.start();
  }
}
