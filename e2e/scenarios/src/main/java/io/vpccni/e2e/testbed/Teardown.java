package io.vpccni.e2e.testbed;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Remembers what has been built so far and takes it down in reverse order: at the end, after a
 * failure half-way, or by Ctrl-C at any moment. It is thread-safe.
 */
public final class Teardown implements AutoCloseable {
  private final Deque<AutoCloseable> built = new ArrayDeque<>();
  private boolean closed;

  /**
   * Remembers a part. After the end the part is taken down at once.
   *
   * @throws IllegalStateException after the end
   */
  synchronized <T extends AutoCloseable> T keep(T part) {
    built.push(part);
    if (closed) {
      closeAll();
      throw new IllegalStateException("the testbed is being taken down");
    }
    return part;
  }

  @Override
  public synchronized void close() {
    closed = true;
    closeAll();
  }

  private void closeAll() {
    while (!built.isEmpty()) {
      try {
        built.pop().close();
      } catch (Exception broken) {
        System.err.println("clean-up: " + broken);
      }
    }
  }
}
