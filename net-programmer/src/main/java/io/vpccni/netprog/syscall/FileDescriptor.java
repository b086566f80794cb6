package io.vpccni.netprog.syscall;

import static io.vpccni.netprog.syscall.Native.C;
import static io.vpccni.netprog.syscall.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Owns an open file, socket or namespace. It is closed at most once, because the number may belong
 * to another file afterwards.
 */
public final class FileDescriptor implements AutoCloseable {
  private static final int O_RDONLY = 0;
  private static final int O_WRONLY = 1;
  private static final int O_CLOEXEC = 0x80000;
  private static final int O_NOCTTY = 0x100;

  /** Opening a fifo waits for the other end without this; regular files do not care. */
  private static final int O_NONBLOCK = 0x800;

  private static final int NS_GET_NSTYPE = 0xb703;

  private final int number;
  private final String name;
  private final AtomicBoolean closed = new AtomicBoolean();

  FileDescriptor(int number, String name) {
    this.number = number;
    this.name = name;
  }

  /** Opens a file for reading. It never waits, whatever the path leads to. */
  public static FileDescriptor openForReading(String path) throws SystemCallFailed {
    return open(path, O_RDONLY);
  }

  /** Opens a file for writing. It never waits, whatever the path leads to. */
  public static FileDescriptor openForWriting(String path) throws SystemCallFailed {
    return open(path, O_WRONLY);
  }

  private static FileDescriptor open(String path, int flags) throws SystemCallFailed {
    int fd =
        (int) check("open " + path, () -> C.open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    return new FileDescriptor(fd, path);
  }

  public int number() {
    return number;
  }

  /** Reads at most what fits into the buffer, from where the last read ended. */
  public int read(ByteBuffer into) throws SystemCallFailed {
    int read = (int) check("read " + name, () -> C.read(number, into, into.remaining()));
    into.position(into.position() + read);
    return read;
  }

  /** Writes a small value in one call, as files below /proc/sys require. */
  public void write(ByteBuffer value) throws SystemCallFailed {
    check("write " + name, () -> C.write(number, value, value.remaining()));
  }

  /** Returns the magic number of the file system, as in statfs(2). */
  public long fileSystem() throws SystemCallFailed {
    var stat = ByteBuffer.allocateDirect(256).order(ByteOrder.nativeOrder());
    check("fstatfs " + name, () -> C.fstatfs(number, stat));
    return stat.getLong(0);
  }

  /** Returns the inode number, which identifies a namespace among those that exist. */
  public long inode() throws SystemCallFailed {
    var stat = ByteBuffer.allocateDirect(256).order(ByteOrder.nativeOrder());
    check("fstat " + name, () -> C.fstat(number, stat));
    return stat.getLong(8);
  }

  /** Returns the CLONE_NEW… flag of a namespace. */
  public int namespaceType() throws SystemCallFailed {
    return (int) check("ioctl NS_GET_NSTYPE " + name, () -> C.ioctl(number, NS_GET_NSTYPE));
  }

  /** Lets the calling thread enter this namespace, which must be of that type. */
  public void enter(int type) throws SystemCallFailed {
    check("setns " + name, () -> C.setns(number, type));
  }

  /** Gives the calling thread a new namespace of that type, for itself alone. */
  public static void unshare(int type) throws SystemCallFailed {
    check("unshare", () -> C.unshare(type));
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      // An error here leaves nothing to do: Linux has released the number in any case.
      int _ = C.close(number);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
