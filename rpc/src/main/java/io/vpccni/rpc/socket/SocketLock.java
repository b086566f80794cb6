package io.vpccni.rpc.socket;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A process owns a socket path by an advisory lock on {@code PATH.lock}, which the kernel drops
 * when the process ends, however it ends. The file stays, because removing it would let two
 * processes lock two different files of the same name.
 */
final class SocketLock implements AutoCloseable {
  /**
   * Holds the lock files that this process holds. Closing any channel of a file drops all locks
   * that the process has on it, so a second attempt must not even open the file.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /** Opening a fifo for reading and writing does not wait for another process, as writing would. */
  private static final Set<OpenOption> OPTIONS =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);

  /** Whoever may open the file may also lock it, and would keep the process from serving. */
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final FileLock lock;

  private SocketLock(Path file, FileLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * Takes the lock.
   *
   * @throws SocketUnavailable if another process, or this one, listens there already
   */
  static SocketLock acquire(Path socket) {
    var file = socket.resolveSibling(socket.getFileName() + ".lock");
    if (!HELD.add(file)) throw taken(socket, file);
    try {
      return new SocketLock(file, lock(socket, file));
    } catch (IOException | RuntimeException failed) {
      HELD.remove(file);
      if (failed instanceof SocketUnavailable known) throw known;
      throw new SocketUnavailable(
          "cannot lock "
              + file
              + ": "
              + failed
              + "; the folder must exist and be writable for this user",
          failed);
    }
  }

  private static FileLock lock(Path socket, Path file) throws IOException {
    // The folder is writable for the other daemon's group: what is planted there must not lead
    // anywhere or be waited for.
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new SocketUnavailable(
          "cannot lock " + file + ": it is not a regular file; remove it, as init does");
    }
    var channel = FileChannel.open(file, OPTIONS, OWNER_ONLY);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } finally {
      if (lock == null) channel.close();
    }
    if (lock == null) throw taken(socket, file);
    return lock;
  }

  private static SocketUnavailable taken(Path socket, Path file) {
    return new SocketUnavailable(
        socket + " is served by a running process, which holds " + file + ": stop that one first");
  }

  @Override
  public void close() throws IOException {
    try {
      lock.acquiredBy().close();
    } finally {
      HELD.remove(file);
    }
  }
}
