package io.vpccni.netprog.syscall;

import java.nio.ByteBuffer;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/** Loads libc and checks the results of its functions. */
final class Native {
  static final LibC C = LibraryLoader.create(LibC.class).load("c");
  private static final Runtime RUNTIME = Runtime.getRuntime(C);

  private Native() {}

  /**
   * Declares the functions of libc that we use. The interface is public because jnr-ffi implements
   * it from another class loader; the enclosing class keeps it out of reach.
   */
  public interface LibC {
    int socket(int domain, int type, int protocol);

    int bind(int fd, @In ByteBuffer address, int length);

    int getsockname(int fd, @Out ByteBuffer address, @In @Out ByteBuffer length);

    int setsockopt(int fd, int level, int name, @In ByteBuffer value, int length);

    @ssize_t
    long send(int fd, @In ByteBuffer data, @size_t long size, int flags);

    @ssize_t
    long recv(int fd, @Out ByteBuffer data, @size_t long size, int flags);

    int poll(@In @Out ByteBuffer fds, long count, int timeoutMillis);

    int open(@In String path, int flags);

    @ssize_t
    long read(int fd, @Out ByteBuffer data, @size_t long size);

    @ssize_t
    long write(int fd, @In ByteBuffer data, @size_t long size);

    int close(int fd);

    int setns(int fd, int type);

    int unshare(int flags);

    int ioctl(int fd, long request);

    int fstat(int fd, @Out ByteBuffer stat);

    int fstatfs(int fd, @Out ByteBuffer stat);
  }

  /** An attempt is one call, which returns a negative number on error. */
  interface Attempt {
    long run();
  }

  /** Runs the call, and repeats it if a signal interrupted it. */
  static long check(String what, Attempt attempt) throws SystemCallFailed {
    while (true) {
      long result = attempt.run();
      if (result >= 0) {
        return result;
      }
      // Before any other native call.
      int errno = LastError.getLastError(RUNTIME);
      if (errno != Errno.EINTR) {
        throw new SystemCallFailed(what, errno);
      }
    }
  }
}
