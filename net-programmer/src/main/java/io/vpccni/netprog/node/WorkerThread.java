package io.vpccni.netprog.node;

/** Runs one kind of work in a thread until it is closed; closing waits for it for some seconds. */
final class WorkerThread implements AutoCloseable {
  private static final long CLOSE_MILLIS = 5000;

  private final Thread thread;

  /** Does one round of work, which blocks until there is something to do. */
  interface Round {
    void run() throws InterruptedException;
  }

  /** Starts a thread that repeats the round; it lives in the caller's network namespace. */
  WorkerThread(String name, Round round) {
    thread = Thread.ofPlatform().name(name).daemon().start(() -> repeat(round));
  }

  private static void repeat(Round round) {
    try {
      while (true) {
        round.run();
      }
    } catch (InterruptedException closed) {
      // The thread ends.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
