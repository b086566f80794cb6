package io.vpccni.rpc.process;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;

/** Runs a program that serves until a signal stops it. */
public final class ServiceProcess {
  /** This is the exit code of a program that cannot start. */
  public static final int CANNOT_START = 1;

  private ServiceProcess() {}

  /**
   * Starts the service and waits for the signal, at which the JVM stops the service and exits. The
   * method therefore returns only if the service cannot start; the result is the exit code.
   *
   * @param start returns once the service runs, or throws {@link CannotStart}
   * @param stop is called by another thread, and not after a failed start
   */
  public static int run(Runnable start, Runnable stop, Logger log) {
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (stopped.getCount() == 0) return;
                  log.info("Stopping");
                  stop.run();
                },
                "shutdown"));
    try {
      start.run();
      stopped.await();
      return 0;
    } catch (CannotStart fatal) {
      log.error("Cannot start: {}", fatal.getMessage());
      stopped.countDown();
      return CANNOT_START;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return CANNOT_START;
    }
  }
}
