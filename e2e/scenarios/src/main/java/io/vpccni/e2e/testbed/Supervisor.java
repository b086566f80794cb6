package io.vpccni.e2e.testbed;

import java.io.IOException;
import java.time.Duration;

/**
 * Restarts the net-programmer of a node as kubelet does: when its liveness probe has failed several
 * times in a row. It runs until it is closed.
 */
public final class Supervisor implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final int FAILURES = 3;

  private final Node node;
  private final Thread thread;
  private volatile String lastFailure = "";

  private Supervisor(Node node) {
    this.node = node;
    this.thread = Thread.ofVirtual().unstarted(this::watch);
  }

  public static Supervisor of(Node node) {
    var supervisor = new Supervisor(node);
    supervisor.thread.start();
    return supervisor;
  }

  /** Returns what the probe complained about last, or nothing. */
  public String lastFailure() {
    return lastFailure;
  }

  private void watch() {
    int failures = 0;
    try {
      while (!thread.isInterrupted()) {
        var failure = node.livenessFailure();
        failure.ifPresent(why -> lastFailure = why);
        failures = failure.isPresent() ? failures + 1 : 0;
        if (failures == FAILURES) {
          node.netProgrammer().kill();
          node.netProgrammer().startAgain();
          failures = 0;
          // kubelet gives a container that it has started some time as well.
          node.awaitReady(Duration.ofSeconds(60));
        }
        Wait.pass(PERIOD);
      }
    } catch (IOException closedOrBroken) {
      lastFailure = closedOrBroken.toString();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
