package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.Cidrs;
import io.vpccni.netprog.desired.HostState.NatSettings;
import io.vpccni.netprog.desired.HostState.PrimaryEni;
import io.vpccni.netprog.desired.HostState.SnatRandomization;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.syscall.FileDescriptor;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires a pod a few times in namespaces that nobody else sees, so that the first real pod does not
 * wait for classes to load. In a fresh JVM that costs some tenths of a second.
 */
public final class KernelWarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(KernelWarmUp.class);
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int TIMES = 10;
  private static final long LIMIT_SECONDS = 5;

  private KernelWarmUp() {}

  /** Runs the warm-up. A failure is only logged: being cold is no reason not to serve. */
  public static void run(KernelSettings settings) {
    var end = new CountDownLatch(1);
    try {
      var pod = namespace(end);
      var done = inNewNamespace(() -> run(settings, pod));
      var _ = done.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException busy) {
      LOG.atInfo()
          .addKeyValue("limit", LIMIT_SECONDS + "s")
          .log("The warm-up did not end in time, so the first pod waits longer");
    } catch (Exception e) {
      LOG.atInfo()
          .addKeyValue("why", e.toString())
          .log("The warm-up failed, so the first pod waits longer");
    } finally {
      end.countDown();
    }
  }

  private static boolean run(KernelSettings settings, String netns) throws Exception {
    try (var kernel = NodeKernel.open(settings, Optional.empty(), _ -> {})) {
      // There is no primary link, so this is refused, but only after most of the work.
      kernel
          .sync(host(), List.of(), List.of())
          .toCompletableFuture()
          .exceptionally(_ -> null)
          .get(LIMIT_SECONDS, TimeUnit.SECONDS);
      for (int i = 0; i < TIMES; i++) {
        var pod = pod(netns, i);
        await(kernel.attach(pod));
        await(kernel.check(pod));
        await(kernel.detach(DetachedPod.of(pod)));
      }
    }
    return true;
  }

  private static void await(CompletionStage<?> stage) throws Exception {
    var _ = stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private static HostState host() {
    return new HostState(
        false,
        new PrimaryEni(new Mac(0), Ip.parse("192.0.2.1"), Optional.empty()),
        new Cidrs(List.of(Cidr.parse("192.0.2.0/24")), List.of(), List.of()),
        new NatSettings(false, true, SnatRandomization.FULLY, 0x80),
        9001,
        "eni",
        Optional.empty(),
        false,
        List.of());
  }

  private static PodState pod(String netns, int number) {
    return new PodState(
        "rehearsal",
        "eth" + number,
        "rehearsal",
        "pod",
        Optional.of(netns),
        List.of(new PodInterface("eth" + number, "eni" + number, Ip.parse("192.0.2.9"), 2)),
        Optional.empty(),
        Optional.empty(),
        9001);
  }

  /** Makes a namespace that lives until {@code end} and returns its path. */
  private static String namespace(CountDownLatch end) throws Exception {
    var path = new CompletableFuture<String>();
    var _ =
        inNewNamespace(
            () -> {
              // "self/task/7": a thread has a folder in /proc under its id, like a process.
              var thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
              path.complete("/proc/" + thread + "/ns/net");
              return end.await(2 * LIMIT_SECONDS, TimeUnit.SECONDS);
            });
    return path.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private static <T> CompletableFuture<T> inNewNamespace(Callable<T> work) {
    var result = new CompletableFuture<T>();
    Thread.ofPlatform()
        .name("warm-up")
        .daemon()
        .start(
            () -> {
              try {
                FileDescriptor.unshare(CLONE_NEWNET);
                result.complete(work.call());
              } catch (SystemCallFailed e) {
                result.completeExceptionally(e);
              } catch (Exception | Error e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }
}
