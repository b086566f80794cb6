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

/** This is the one thread that owns the state, with the bounded queue in front of it. */
final class KernelThread implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KernelThread.class);
  private static final int QUEUE_LIMIT = 512;

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("kernel").daemon().factory());
  private final AtomicInteger waiting = new AtomicInteger();

  /** Written by whichever thread asks, read by those that wait for a quiet moment. */
  private volatile long lastRequest = System.nanoTime();

  KernelThread() {
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    // The thread starts now, because it inherits the network namespace of the thread that starts
    // it.
    int _ = thread.prestartAllCoreThreads();
  }

  /** Does the work when its turn comes; it is refused with BUSY if the queue is full. */
  <T> CompletionStage<T> ask(Callable<T> work) {
    var answer = new CompletableFuture<T>();
    lastRequest = System.nanoTime();
    if (waiting.incrementAndGet() > QUEUE_LIMIT) {
      waiting.decrementAndGet();
      answer.completeExceptionally(
          new Refusal(Refusal.Kind.BUSY, QUEUE_LIMIT + " requests are waiting already"));
      return answer;
    }
    try {
      thread.execute(
          () -> {
            waiting.decrementAndGet();
            try {
              answer.complete(work.call());
            } catch (Exception | Error e) {
              answer.completeExceptionally(e);
            }
            lastRequest = System.nanoTime();
          });
    } catch (RejectedExecutionException closed) {
      answer.completeExceptionally(new Refusal(Refusal.Kind.BUSY, "net-programmer is stopping"));
    }
    return answer;
  }

  /** Returns the {@link System#nanoTime} at which the last request came or was carried out. */
  long lastRequest() {
    return lastRequest;
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
                  // The executor would swallow it.
                  LOG.error("Work on the kernel thread failed", bug);
                }
              },
              delay.toMillis(),
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      // The kernel was closed.
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
