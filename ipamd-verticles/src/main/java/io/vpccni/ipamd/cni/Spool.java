package io.vpccni.ipamd.cni;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.rpc.frame.CniRequest;
import io.vpccni.rpc.frame.FrameParser;
import io.vpccni.rpc.frame.Framing;
import io.vpccni.rpc.frame.MalformedFrame;
import io.vpccni.rpc.time.ElapsedClock;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the folder of DELs that the executable stored while nobody answered: files of one CNI frame
 * each, named by the attachment (docs/wire.md). A file is believed only if all of it fits together,
 * and one that cannot be used does not hold up the others. All methods block; any thread may call
 * them.
 */
final class Spool {
  private static final Logger log = LoggerFactory.getLogger(Spool.class);
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");
  private static final int LARGEST = Framing.CNI.headerSize() + Framing.CNI.maxBody();

  /**
   * The executable needs milliseconds to write a file, so an older draft was left by one that was
   * killed.
   */
  private static final Duration UNFINISHED = Duration.ofMinutes(1);

  private static final int MOST_TOLD = 1000;

  /** This is a draft that was seen in the folder; another file of that name is another draft. */
  private record Draft(Path file, Object inode) {}

  private final Path folder;
  private final ElapsedClock clock;

  /** Holds the files that have been reported: each is reported once, not at every look. */
  private final Set<Path> unusable = ConcurrentHashMap.newKeySet();

  /**
   * Says since when this process has seen each draft. The date of a file says nothing of its age if
   * somebody has set the wall clock since.
   */
  private final Map<Draft, Instant> drafts = new ConcurrentHashMap<>();

  Spool(Path folder, ElapsedClock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * Holds a DEL as it was read.
   *
   * @param inode the file that was read: a later one of that name is another deletion
   */
  record Stored(Path file, Object inode, CniRequest request) {}

  /**
   * Reads what is stored, in no particular order, since each file is about another attachment.
   * Files that cannot be a stored DEL are removed.
   *
   * @param except files that are not wanted
   * @param most files at once
   */
  List<Stored> read(Set<Path> except, int most) throws IOException {
    var stored = new ArrayList<Stored>();
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) return stored;
    var seen = new HashSet<Draft>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (var entry : entries) {
        if (stored.size() >= most) return stored;
        var name = entry.getFileName().toString();
        if (name.startsWith(".")) removeOldDraft(entry, seen);
        else if (!except.contains(entry)) take(entry).ifPresent(stored::add);
      }
    }
    drafts.keySet().retainAll(seen);
    return stored;
  }

  /** Finds the stored DEL of one attachment. */
  Optional<Stored> find(Map<String, String> env) {
    var file = folder.resolve(name(env));
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? take(file) : Optional.empty();
  }

  /** Removes a DEL that was carried out, unless another one has taken its place meanwhile. */
  void done(Stored stored) throws IOException {
    try {
      if (stored.inode.equals(attributes(stored.file).fileKey())) Files.delete(stored.file);
    } catch (NoSuchFileException already) {
      // Somebody removed it: all the same.
    }
  }

  /** Removes the stored DEL of an attachment whose later DEL was answered directly. */
  void forget(Map<String, String> env) throws IOException {
    Files.deleteIfExists(folder.resolve(name(env)));
  }

  private Optional<Stored> take(Path file) {
    try {
      var before = attributes(file);
      if (!before.isRegularFile()) throw new MalformedFrame("not a file");
      if (before.size() > LARGEST) throw new MalformedFrame("larger than a frame");
      var bytes = read(file);
      var inode = Objects.requireNonNull(before.fileKey(), "Unix files have inodes");
      // Replaced while it was being read: the next look finds the new one.
      if (!inode.equals(attributes(file).fileKey())) return Optional.empty();
      return Optional.of(new Stored(file, inode, request(file, bytes)));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (MalformedFrame garbage) {
      drop(file, String.valueOf(garbage.getMessage()));
    } catch (IOException unreadable) {
      tell(file, unreadable.toString());
    }
    return Optional.empty();
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static byte[] read(Path file) throws IOException {
    try (var channel =
            Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        var in = Channels.newInputStream(channel)) {
      return in.readNBytes(LARGEST + 1);
    }
  }

  private static CniRequest request(Path file, byte[] bytes) {
    var name = file.getFileName().toString();
    if (!NAME.matcher(name).matches()) throw new MalformedFrame("not the name of an attachment");
    var bodies = new FrameParser(Framing.CNI).feed(bytes);
    boolean whole =
        bodies.size() == 1 && bodies.getFirst().length == bytes.length - Framing.CNI.headerSize();
    if (!whole) throw new MalformedFrame("not exactly one frame");
    var request = CniRequest.decode(bodies.getFirst());
    if (!request.env().getOrDefault("CNI_COMMAND", "").equals("DEL")) {
      throw new MalformedFrame("not a DEL");
    }
    if (!name(request.env()).equals(name)) throw new MalformedFrame("of another attachment");
    return request;
  }

  /** Returns the file name that the executable gives to this attachment's DEL. */
  static String name(Map<String, String> env) {
    var attachment =
        env.getOrDefault("CNI_CONTAINERID", "") + '\0' + env.getOrDefault("CNI_IFNAME", "");
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(attachment.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("each Java platform has SHA-256", impossible);
    }
  }

  /**
   * Removes a file that is no DEL; if it was one, the pool's audit finds the pod later by its
   * missing host veth.
   */
  private void drop(Path file, String why) {
    try {
      Files.deleteIfExists(file);
      log.atWarn()
          .addKeyValue(LogKeys.FILE, file)
          .addKeyValue(LogKeys.WHY, why)
          .log("A file that is not a stored DEL was removed from the spool");
    } catch (IOException stays) {
      tell(file, why + "; and it cannot be removed: " + stays);
    }
  }

  private void tell(Path file, String why) {
    if (unusable.size() < MOST_TOLD && unusable.add(file)) {
      log.atWarn()
          .addKeyValue(LogKeys.FILE, file)
          .addKeyValue(LogKeys.WHY, why)
          .log("A file in the spool cannot be used");
    }
  }

  private void removeOldDraft(Path draft, Set<Draft> seen) {
    try {
      var key = new Draft(draft, Objects.requireNonNull(attributes(draft).fileKey(), "an inode"));
      var now = clock.instant();
      var since = drafts.computeIfAbsent(key, _ -> now);
      if (since.isAfter(now.minus(UNFINISHED))) seen.add(key);
      else Files.deleteIfExists(draft);
    } catch (NoSuchFileException finished) {
      // The executable has just given it its name.
    } catch (IOException stays) {
      tell(draft, stays.toString());
    }
  }
}
