package io.vpccni.netprog.netns;

import io.vpccni.netprog.syscall.FileDescriptor;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters other network namespaces and returns, in a thread of its own. It ends if it cannot return.
 */
final class NamespaceThread {
  private static final Logger LOG = LoggerFactory.getLogger(NamespaceThread.class);

  private final FileDescriptor home;
  private final LinkedBlockingQueue<Runnable> visits = new LinkedBlockingQueue<>();
  private volatile boolean usable = true;

  NamespaceThread(FileDescriptor home) {
    this.home = home;
    Thread.ofPlatform().name("netns").daemon().start(this::run);
  }

  boolean usable() {
    return usable;
  }

  /** Lets the thread end after the work at hand. */
  void retire() {
    usable = false;
    visits.add(() -> {});
  }

  private void run() {
    try {
      while (usable) {
        visits.take().run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      usable = false;
    }
  }

  <T> CompletableFuture<T> visit(FileDescriptor namespace, Callable<T> work) {
    var result = new CompletableFuture<T>();
    visits.add(() -> go(namespace, work, result));
    return result;
  }

  private <T> void go(FileDescriptor namespace, Callable<T> work, CompletableFuture<T> result) {
    try {
      namespace.enter(Namespaces.CLONE_NEWNET);
    } catch (SystemCallFailed e) {
      result.completeExceptionally(e);
      return;
    }
    try {
      var value = work.call();
      comeBack(namespace);
      result.complete(value);
    } catch (Throwable e) {
      comeBack(namespace);
      result.completeExceptionally(e);
    }
  }

  private void comeBack(FileDescriptor from) {
    try {
      home.enter(Namespaces.CLONE_NEWNET);
    } catch (SystemCallFailed e) {
      usable = false;
      LOG.atError()
          .addKeyValue("netns", from)
          .addKeyValue("why", e.getMessage())
          .log("A thread cannot leave a network namespace");
    }
  }
}
