package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.Cidrs;
import io.vpccni.netprog.desired.HostState.NatSettings;
import io.vpccni.netprog.desired.HostState.PrimaryEni;
import io.vpccni.netprog.desired.HostState.SnatRandomization;
import io.vpccni.netprog.desired.Kernel;
import io.vpccni.netprog.desired.Mac;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A kernel of two network namespaces that nobody else sees, one in the place of the host's and one
 * for pods. They end with it.
 */
public final class ScratchKernel implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;

  /** Making a namespace takes milliseconds, unless the machine hangs. */
  private static final long LIMIT_SECONDS = 5;

  private final NodeKernel kernel;
  private final String podNamespace;
  private final CountDownLatch end;

  private ScratchKernel(NodeKernel kernel, String podNamespace, CountDownLatch end) {
    this.kernel = kernel;
    this.podNamespace = podNamespace;
    this.end = end;
  }

  /**
   * Makes the namespaces and gives the host's a desired state.
   *
   * @throws Exception if the process lacks the capabilities, or the machine hangs
   */
  public static ScratchKernel open(KernelSettings settings) throws Exception {
    var end = new CountDownLatch(1);
    NodeKernel kernel = null;
    try {
      var podNamespace = podNamespace(end);
      kernel =
          inNewNamespace(() -> NodeKernel.open(settings, Optional.empty(), _ -> {}))
              .get(LIMIT_SECONDS, TimeUnit.SECONDS);
      // There is no primary link, so this is refused, but only after most of the work.
      var _ =
          kernel
              .sync(host(), List.of(), List.of())
              .toCompletableFuture()
              .exceptionally(_ -> null)
              .get(LIMIT_SECONDS, TimeUnit.SECONDS);
      return new ScratchKernel(kernel, podNamespace, end);
    } catch (Exception failed) {
      if (kernel != null) kernel.close();
      end.countDown();
      throw failed;
    }
  }

  public Kernel kernel() {
    return kernel;
  }

  /** Returns the path of the namespace for pods. */
  public String podNamespace() {
    return podNamespace;
  }

  @Override
  public void close() {
    kernel.close();
    end.countDown();
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

  /** Makes a namespace that lives until {@code end} and returns its path. */
  private static String podNamespace(CountDownLatch end) throws Exception {
    var path = new CompletableFuture<String>();
    var made =
        inNewNamespace(
            () -> {
              // "self/task/7": a thread has a folder in /proc under its id, like a process.
              var thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
              path.complete("/proc/" + thread + "/ns/net");
              end.await();
              return true;
            });
    var _ = made.exceptionally(failed -> !path.completeExceptionally(failed));
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
