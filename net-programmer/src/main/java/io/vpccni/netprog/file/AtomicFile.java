package io.vpccni.netprog.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/**
 * Replaces a file in one step. Readers see either the old content or the new, even after a crash
 * and even while the file is being executed.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes the file's new content to a stream. */
  public interface Content {
    void to(OutputStream out) throws IOException;
  }

  /**
   * Writes a temporary file beside the target, makes it durable and renames it over the target.
   *
   * @param mode permissions in the form {@code rw-r--r--}
   */
  public static void write(Path file, String mode, Content content) throws IOException {
    var folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
    // The name ends in .tmp: CNI runtimes load whatever ends in .conf, .conflist or .json.
    var temporary = Files.createTempFile(folder, "." + file.getFileName() + ".", ".tmp");
    try {
      try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        var out = Channels.newOutputStream(channel);
        content.to(out);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(mode));
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    try (var entry = FileChannel.open(folder, StandardOpenOption.READ)) {
      entry.force(true);
    }
  }
}
