package io.vpccni.sim.network;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs work inside a network namespace. A socket that is opened there stays there and may be used
 * from any thread afterwards; {@code /proc/sys/net} shows that namespace too.
 */
public final class Netns {
  private static final int O_RDONLY_CLOEXEC = 0x80000;
  private static final int CLONE_NEWNET = 0x40000000;
  private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_VALUE =
      ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle OPEN =
      libc("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SETNS =
      libc("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CLOSE =
      libc("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private Netns() {}

  /** Returns the file by which {@code ip netns} keeps the namespace of that name. */
  public static Path path(String name) {
    return Path.of("/run/netns", name);
  }

  /**
   * Runs the work on a thread of its own that enters the namespace first and ends afterwards: no
   * thread ever has to find its way back.
   */
  public static <T> T call(Path netns, Callable<T> work) throws IOException {
    var task =
        new FutureTask<T>(
            () -> {
              enter(netns);
              return work.call();
            });
    Thread.ofPlatform().name("in " + netns.getFileName()).daemon().start(task);
    try {
      return task.get();
    } catch (ExecutionException failed) {
      throw new IOException("in " + netns + ": " + failed.getCause(), failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while working in " + netns, stopped);
    }
  }

  private static void enter(Path netns) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var errno = arena.allocate(ERRNO);
      var path = arena.allocateFrom(netns.toString());
      int fd = (int) OPEN.invokeExact(errno, path, O_RDONLY_CLOEXEC);
      check("open", netns, fd, errno);
      int entered = (int) SETNS.invokeExact(errno, fd, CLONE_NEWNET);
      check("setns", netns, entered, errno);
      // Its errno does not matter, and it cannot fail on a descriptor of ours.
      int _ = (int) CLOSE.invokeExact(errno, fd);
    } catch (IOException | RuntimeException | Error known) {
      throw known;
    } catch (Throwable impossible) {
      throw new AssertionError("a C function throws nothing", impossible);
    }
  }

  private static void check(String call, Path netns, int result, MemorySegment errno)
      throws IOException {
    if (result < 0) {
      throw new IOException(call + " " + netns + ": errno " + (int) ERRNO_VALUE.get(errno, 0L));
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle libc(String name, FunctionDescriptor type) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
  }
}
