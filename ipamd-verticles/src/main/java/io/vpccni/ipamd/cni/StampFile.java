package io.vpccni.ipamd.cni;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/** Reads and writes the stamp that outlives the agent. It blocks. */
final class StampFile {
  /** No stamp is longer, in bytes. */
  private static final int LONGEST = 128;

  private final Path path;
  private final Path draft;

  StampFile(Path folder) {
    this.path = folder.resolve("last-ready");
    this.draft = folder.resolve(".last-ready.draft");
  }

  /** Returns the stamp; empty if there is none, or something else stands in its place. */
  Optional<ReadinessStamp> read() {
    // What is no regular file is not opened: a fifo would be waited for.
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) return Optional.empty();
    try (var file =
        Files.newByteChannel(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      var bytes = ByteBuffer.allocate(LONGEST);
      int length = Math.max(0, file.read(bytes));
      return ReadinessStamp.parse(new String(bytes.array(), 0, length, US_ASCII));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** Replaces the stamp as a whole, so that nobody reads half of one. */
  void write(ReadinessStamp stamp) throws IOException {
    Files.deleteIfExists(draft);
    Files.write(
        draft,
        stamp.line().getBytes(US_ASCII),
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE);
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
  }

  void delete() throws IOException {
    Files.deleteIfExists(path);
  }
}
