package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.Refusal;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that owns the state, and the bounded line in front of it. */
final class KernelThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KernelThread.class);
  private static final int LONGEST_LINE = 512;

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("kernel").daemon().factory());
  private final AtomicInteger line = new AtomicInteger();

  KernelThread() {
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    // Started now: a thread lives in the network namespace of the one that starts it.
    int _ = thread.prestartAllCoreThreads();
  }

  /** Does the work as soon as it is its turn; refuses with BUSY if the line is too long. */
  <T> CompletionStage<T> ask(Callable<T> work) {
    var answer = new CompletableFuture<T>();
    if (line.incrementAndGet() > LONGEST_LINE) {
      line.decrementAndGet();
      answer.completeExceptionally(
          new Refusal(Refusal.Kind.BUSY, LONGEST_LINE + " requests are waiting already"));
      return answer;
    }
    try {
      thread.execute(
          () -> {
            line.decrementAndGet();
            try {
              answer.complete(work.call());
            } catch (Exception | Error e) {
              answer.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException closed) {
      answer.completeExceptionally(new Refusal(Refusal.Kind.BUSY, "net-programmer is stopping"));
    }
    return answer;
  }

  /** Does the work after that time. */
  void later(Duration delay, Runnable work) {
    try {
      var _ =
          thread.schedule(
              () -> {
                try {
                  work.run();
                } catch (RuntimeException bug) {
                  // The executor would keep it to itself.
                  LOG.error("kernel", bug);
                }
              },
              delay.toMillis(),
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      // Nothing to do any more.
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      var _ = thread.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
