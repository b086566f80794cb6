package io.vpccni.ipamd;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.log.Logs;
import io.vpccni.ipamd.rehearsal.StubNode;
import io.vpccni.rpc.process.CannotStart;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs the subcommand {@code rehearse}: a whole agent serves pods on a simulated node and ends, so
 * that a JVM that records the run learns which classes an agent needs. It needs no privileges and
 * changes nothing.
 */
final class Rehearse {
  /** This many pods let the JVM see what is hot. */
  private static final int PODS = 400;

  private static final long STOP_SECONDS = 5;

  private Rehearse() {}

  /** Returns the exit code: a rehearsal that fails must not look like a good one. */
  static int run() {
    try (var node = new StubNode()) {
      var settings = AgentConfig.parse(node.environment());
      var _ = Logs.set("stderr", settings.config().process().logLevel(), InstantSource.system());
      var agent = new Agent(settings, Set.of(node.self()));
      agent.start();
      try {
        node.use(PODS);
      } finally {
        agent.stop(STOP_SECONDS, TimeUnit.SECONDS);
      }
      return 0;
    } catch (IOException | CannotStart failed) {
      System.err.println("ipamd: the rehearsal failed: " + failed.getMessage());
      return 1;
    }
  }
}
