package io.vpccni.netprog;

import io.vpccni.netprog.syscall.FileDescriptor;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Does work in a network namespace that has a name. */
public final class InNamespace {
  private static final int CLONE_NEWNET = 0x40000000;

  private InNamespace() {}

  /** Does the work on a thread of its own, and waits for it for 20 s at most. */
  public static <T> T call(String namespace, Callable<T> work) throws Exception {
    var result = new CompletableFuture<T>();
    Thread.ofPlatform()
        .start(
            () -> {
              try (var file = FileDescriptor.openForReading("/run/netns/" + namespace)) {
                file.enter(CLONE_NEWNET);
                result.complete(work.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            });
    return result.get(20, TimeUnit.SECONDS);
  }
}
