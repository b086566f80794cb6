package io.vpccni.ipamd.log;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.logging.ErrorManager;
import java.util.logging.LogRecord;
import java.util.logging.StreamHandler;

/**
 * Writes a log file that keeps its name: a full one is moved aside as {@code <name>-<UTC
 * time><suffix>}, as the reference's are, and the oldest of those go. The JDK's own handler would
 * number the file that is being written, and nobody would find it.
 */
final class RotatedFile extends StreamHandler {
  private static final DateTimeFormatter ASIDE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss.SSS").withZone(ZoneOffset.UTC);

  private final Path path;
  private final long limit;
  private final int kept;
  private final InstantSource wallClock;
  private long written;

  /**
   * @param limit bytes, after which the file is moved aside
   * @param kept how many of those there may be
   * @throws IOException if the file cannot be opened for appending
   */
  RotatedFile(Path path, long limit, int kept, InstantSource wallClock) throws IOException {
    this.path = path;
    this.limit = limit;
    this.kept = kept;
    this.wallClock = wallClock;
    open();
  }

  private void open() throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      checkRegular();
    } else {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    written = Files.size(path);
    setOutputStream(
        new Counted(
            Files.newOutputStream(path, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS)));
  }

  /** Opening a fifo would wait for a reader, and a link may lead to anything, also to a fifo. */
  private void checkRegular() throws IOException {
    var found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (found.isRegularFile()) return;
    var kind =
        found.isSymbolicLink()
            ? "a link"
            : found.isDirectory() ? "a folder" : "a fifo, a device or a socket";
    throw new IOException(
        path + " is " + kind + ", not a regular file: remove it, or name another");
  }

  private final class Counted extends FilterOutputStream {
    Counted(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
      written += count;
    }
  }

  @Override
  public synchronized void publish(LogRecord entry) {
    if (!isLoggable(entry)) return;
    if (written >= limit) rotate();
    super.publish(entry);
    flush();
  }

  private void rotate() {
    try {
      Files.move(path, aside(wallClock.instant()));
      // Closes what was written so far.
      open();
      dropOldest();
    } catch (IOException failed) {
      // Never the end of logging: the same file is gone on with.
      written = 0;
      reportError("the log file cannot be rotated", failed, ErrorManager.WRITE_FAILURE);
    }
  }

  private Path aside(Instant now) {
    return path.resolveSibling(base() + "-" + ASIDE.format(now) + suffix());
  }

  private void dropOldest() throws IOException {
    try (var files = Files.list(path.toAbsolutePath().getParent())) {
      var old =
          files
              .filter(file -> isAside(file.getFileName().toString()))
              .sorted(Comparator.comparing(Path::toString).reversed())
              .skip(kept)
              .toList();
      for (var file : old) Files.deleteIfExists(file);
    }
  }

  private boolean isAside(String name) {
    return name.startsWith(base() + "-2") && name.endsWith(suffix());
  }

  private String base() {
    var name = path.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private String suffix() {
    return path.getFileName().toString().substring(base().length());
  }
}
