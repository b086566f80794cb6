package io.vpccni.ipamd.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads and writes the checkpoint's files, one per network card. A text is either wholly there or
 * not at all, and once {@link #write} returns it survives a power cut. It blocks, and one thread at
 * a time may use it.
 */
public final class CheckpointFiles {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9-]");

  private static final Set<OpenOption> DRAFT =
      Set.of(
          // Opening a fifo for reading and writing does not wait, as opening it for writing would.
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          LinkOption.NOFOLLOW_LINKS);

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path first;
  private final Path folder;
  private final String stem;

  /**
   * A longer file, in bytes, is not read. A pool of thousands of addresses needs a hundredth of it;
   * the heap is small.
   */
  private static final long LONGEST = 16L << 20;

  /** This is what each file is known to hold: an unchanged card costs nothing. */
  private final Map<Integer, String> known = new HashMap<>();

  private final Map<Integer, String> unreadable = new HashMap<>();

  /**
   * @param first file of card 0; card n is beside it as {@code <name>-nic-<n>.json}
   */
  public CheckpointFiles(Path first) {
    this.first = first.toAbsolutePath();
    this.folder = Objects.requireNonNull(this.first.getParent(), "an absolute file has a folder");
    var name = this.first.getFileName().toString();
    this.stem = name.endsWith(".json") ? name.substring(0, name.length() - 5) : name;
  }

  /**
   * Fails if the folder cannot be written: found out before anything depends on it.
   *
   * @throws IOException with the folder and what to do
   */
  public void probe() throws IOException {
    try {
      Files.delete(Files.createTempFile(folder, "." + stem, ".probe"));
    } catch (IOException denied) {
      throw new IOException(
          "the state folder "
              + folder
              + " cannot be written ("
              + denied
              + "): it must exist and belong to this user; the init container makes it",
          denied);
    }
  }

  /**
   * Returns the texts that are there, by card; there is none where there is no file, or an {@link
   * #unreadable} one.
   */
  public Map<Integer, String> read() throws IOException {
    known.clear();
    unreadable.clear();
    if (Files.isDirectory(folder)) {
      var ofCard = Pattern.compile(Pattern.quote(stem) + "-nic-([1-9][0-9]{0,2})\\.json");
      try (var entries = Files.newDirectoryStream(folder)) {
        for (var entry : entries) {
          var match = ofCard.matcher(entry.getFileName().toString());
          if (match.matches()) {
            read(Integer.valueOf(match.group(1)), entry);
          }
        }
      }
    }
    if (Files.exists(first, LinkOption.NOFOLLOW_LINKS)) read(0, first);
    return new TreeMap<>(known);
  }

  /** Reads one file. */
  private void read(int card, Path path) {
    try {
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        // A fifo would be waited for, and a link may lead to anything.
        unreadable.put(card, "it is not a regular file");
      } else if (Files.size(path) > LONGEST) {
        unreadable.put(card, "it has " + Files.size(path) + " bytes");
      } else {
        known.put(card, new String(Files.readAllBytes(path), UTF_8));
      }
    } catch (IOException denied) {
      unreadable.put(card, denied.toString());
    }
  }

  /** Returns the files that the last {@link #read} found and could not read, by card, and why. */
  public Map<Integer, String> unreadable() {
    return Map.copyOf(unreadable);
  }

  /**
   * Replaces the files of these cards; a card that is not named loses its file. Durable when it
   * returns.
   */
  public void write(Map<Integer, String> texts) throws IOException {
    boolean changed = false;
    for (var entry : texts.entrySet()) {
      if (entry.getValue().equals(known.get(entry.getKey()))) continue;
      known.remove(entry.getKey());
      replace(path(entry.getKey()), entry.getValue());
      known.put(entry.getKey(), entry.getValue());
      changed = true;
    }
    for (var card : Map.copyOf(known).keySet()) {
      if (texts.containsKey(card)) continue;
      Files.deleteIfExists(path(card));
      known.remove(card);
      changed = true;
    }
    if (changed) syncFolder();
  }

  /** Moves a card's file out of the way, so that a person can look at it later. */
  public Path setAside(int card, Instant now) throws IOException {
    var path = path(card);
    var aside = folder.resolve(path.getFileName() + ".unreadable-" + STAMP.format(now));
    try {
      Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException denied) {
      throw new IOException(
          path
              + " cannot be used and not be moved aside either ("
              + denied
              + "): remove it, or give it to this user; the init container does that",
          denied);
    }
    known.remove(card);
    syncFolder();
    return aside;
  }

  /**
   * Copies the files, as they were last read or written, to names that end in the marker and the
   * instance. Earlier copies with the same marker are removed: one is enough, and many would fill
   * the folder.
   *
   * @return the copy of card 0's file
   */
  public Path copyAside(String marker, String instance) throws IOException {
    var copy =
        Pattern.compile(
            Pattern.quote(stem) + "(-nic-[0-9]+)?\\.json" + Pattern.quote(marker) + ".*");
    try (var entries = Files.newDirectoryStream(folder)) {
      for (var entry : entries) {
        if (copy.matcher(entry.getFileName().toString()).matches()) Files.delete(entry);
      }
    }
    // The id is from a file that anybody may have made.
    var suffix = marker + UNSAFE.matcher(instance).replaceAll("_");
    for (var file : known.entrySet()) {
      replace(folder.resolve(path(file.getKey()).getFileName() + suffix), file.getValue());
    }
    syncFolder();
    return folder.resolve(path(0).getFileName() + suffix);
  }

  public Path path(int card) {
    return card == 0 ? first : folder.resolve(stem + "-nic-" + card + ".json");
  }

  private void replace(Path path, String text) throws IOException {
    // Always the same name: what a killed process left is overwritten, not collected.
    var draft = folder.resolve(path.getFileName() + ".tmp");
    try {
      if (!Files.isRegularFile(draft, LinkOption.NOFOLLOW_LINKS)) Files.deleteIfExists(draft);
      try (var file = FileChannel.open(draft, DRAFT, OWNER_ONLY)) {
        var bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (bytes.hasRemaining()) file.write(bytes);
        file.force(true);
      }
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      Files.deleteIfExists(draft);
      throw failed;
    }
  }

  /** Syncs the folder, since otherwise a power cut may undo the rename. */
  private void syncFolder() throws IOException {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
