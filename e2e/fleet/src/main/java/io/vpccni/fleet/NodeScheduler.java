package io.vpccni.fleet;

import io.vpccni.ipamd.retry.Scheduler;
import java.time.Duration;
import java.time.Instant;

/** This is the fleet's clock as one node meets it: once the node has ended, nothing of it runs. */
final class NodeScheduler implements Scheduler {
  private final VirtualClock clock;
  private boolean ended;

  NodeScheduler(VirtualClock clock) {
    this.clock = clock;
  }

  void end() {
    ended = true;
  }

  @Override
  public Instant now() {
    return clock.now();
  }

  @Override
  public void after(Duration delay, Runnable action) {
    clock.after(
        delay,
        () -> {
          if (!ended) action.run();
        });
  }
}
