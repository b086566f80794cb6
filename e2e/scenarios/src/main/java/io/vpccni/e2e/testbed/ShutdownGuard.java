package io.vpccni.e2e.testbed;

import java.util.concurrent.atomic.AtomicReference;

/** Ctrl-C: what was built is taken down before the process ends. */
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

  /** Whether what fails now fails because of it. */
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
