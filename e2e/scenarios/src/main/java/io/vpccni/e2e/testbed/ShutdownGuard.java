package io.vpccni.e2e.testbed;

import java.util.concurrent.atomic.AtomicReference;

/** The guard takes down what was built when Ctrl-C ends the process. */
public final class ShutdownGuard {
  private final AtomicReference<AutoCloseable> guarded = new AtomicReference<>();

  private volatile boolean stopping;

  public ShutdownGuard() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "clean-up"));
  }

  public <T extends AutoCloseable> T guard(T part) {
    guarded.set(part);
    return part;
  }

  /** Returns whether the process is ending, so that what fails now fails because of it. */
  public boolean stopping() {
    return stopping;
  }

  private void close() {
    stopping = true;
    var part = guarded.get();
    if (part == null) {
      return;
    }
    try {
      part.close();
    } catch (Exception broken) {
      System.err.println("clean-up: " + broken);
    }
  }
}
