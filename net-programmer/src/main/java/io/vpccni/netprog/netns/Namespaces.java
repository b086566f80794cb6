package io.vpccni.netprog.netns;

import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.FileDescriptor;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Does work inside other network namespaces, on one thread that does nothing else. A thread that
 * cannot return is dropped and replaced, because nothing may ever run in a namespace by accident.
 */
public final class Namespaces implements AutoCloseable {
  private static final long NSFS_MAGIC = 0x6e736673;
  static final int CLONE_NEWNET = 0x40000000;

  /**
   * The kernel thread waits no longer than this, which is as long as it waits for a netlink answer.
   * The agent counts it as silent after 10 s without any answer, so that one request in a namespace
   * that hangs, with what undoes it, must have ended by then.
   */
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final NetnsFolders folders;
  private final Duration timeout;
  private final FileDescriptor home;
  private final long homeInode;
  private @Nullable NamespaceThread visitor;

  /** Takes the calling thread's namespace as home. */
  public Namespaces(NetnsFolders folders) throws SystemCallFailed {
    this(folders, TIMEOUT);
  }

  Namespaces(NetnsFolders folders, Duration timeout) throws SystemCallFailed {
    this.folders = folders;
    this.timeout = timeout;
    home = FileDescriptor.openForReading("/proc/thread-self/ns/net");
    homeInode = home.inode();
  }

  /**
   * Returns an open file of the home namespace, where all other work is done. It is closed with
   * this object.
   */
  public FileDescriptor home() {
    return home;
  }

  /**
   * Opens the namespace at that path. The path is the container runtime's: it may lead to anything,
   * so opening does not wait and what was opened is checked before it is used.
   *
   * @throws Refusal with INVALID if the path is not allowed or leads to something else, NETNS_GONE
   *     if there is no namespace
   */
  public FileDescriptor open(String path) throws Refusal {
    if (!folders.allow(path)) {
      throw new Refusal(
          Refusal.Kind.INVALID,
          "network namespace " + path + ": not below " + folders.folders() + " or /proc/<pid>/ns");
    }
    try {
      var namespace = FileDescriptor.openForReading(path);
      try {
        verify(path, namespace);
        return namespace;
      } catch (SystemCallFailed | Refusal e) {
        namespace.close();
        throw e;
      }
    } catch (SystemCallFailed e) {
      var kind = gone(e.errno()) ? Refusal.Kind.NETNS_GONE : Refusal.Kind.FAILED;
      throw new Refusal(kind, String.valueOf(e.getMessage()), e.errno(), e);
    }
  }

  private static boolean gone(int errno) {
    return errno == Errno.ENOENT || errno == Errno.ESRCH;
  }

  private void verify(String path, FileDescriptor namespace) throws SystemCallFailed, Refusal {
    // A namespace that was unmounted leaves a plain file.
    if (namespace.fileSystem() != NSFS_MAGIC) {
      throw new Refusal(
          Refusal.Kind.NETNS_GONE, "network namespace " + path + ": no namespace is mounted there");
    }
    if (namespace.namespaceType() != CLONE_NEWNET) {
      throw new Refusal(Refusal.Kind.INVALID, path + " is a namespace of another type");
    }
    if (namespace.inode() == homeInode) {
      throw new Refusal(Refusal.Kind.INVALID, path + " is the node's own network namespace");
    }
  }

  /**
   * Does the work in that namespace and waits for it.
   *
   * @throws Refusal if the work throws one; with FAILED if entering or the work fails or takes
   *     longer than {@link #TIMEOUT}
   */
  public synchronized <T> T inside(FileDescriptor namespace, Callable<T> work) throws Refusal {
    if (visitor == null || !visitor.usable()) {
      // It is started from here and not from the thread that it replaces, because a thread inherits
      // its parent's namespace.
      visitor = new NamespaceThread(home);
    }
    try {
      return visitor.visit(namespace, work).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      visitor.retire();
      throw new Refusal(
          Refusal.Kind.FAILED, "work in network namespace " + namespace + " takes too long", 0, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      visitor.retire();
      throw new Refusal(Refusal.Kind.BUSY, "net-programmer is stopping", 0, e);
    } catch (ExecutionException e) {
      throw refusal(namespace, e.getCause() == null ? e : e.getCause());
    }
  }

  private static Refusal refusal(FileDescriptor namespace, Throwable why) {
    return switch (why) {
      case Refusal refusal -> refusal;
      case SystemCallFailed e ->
          new Refusal(
              Refusal.Kind.FAILED,
              "in network namespace " + namespace + ": " + e.getMessage(),
              e.errno(),
              e);
      case RuntimeException bug -> throw bug;
      case Error bug -> throw bug;
      default ->
          new Refusal(
              Refusal.Kind.FAILED,
              "in network namespace " + namespace + ": " + why.getMessage(),
              0,
              why);
    };
  }

  @Override
  public synchronized void close() {
    if (visitor != null) {
      visitor.retire();
    }
    home.close();
  }
}
