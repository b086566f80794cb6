package io.vpccni.ipamd.cni;

import io.vpccni.rpc.frame.CniRequest;
import io.vpccni.rpc.frame.FrameParser;
import io.vpccni.rpc.frame.Framing;
import io.vpccni.rpc.frame.MalformedFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DELs that the executable stored while nobody answered: files of one CNI frame each, named by the
 * attachment. Blocks.
 */
final class Spool {
  private static final Logger log = LoggerFactory.getLogger(Spool.class);
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{64}");

  /** Replayed at once; the rest follows at the next tick. */
  private static final int BATCH = 256;

  private final Path folder;

  Spool(Path folder) {
    this.folder = folder;
  }

  record Stored(Path file, CniRequest request) {}

  /** The oldest first does not matter: each is about another attachment. */
  List<Stored> read() throws IOException {
    var stored = new ArrayList<Stored>();
    if (!Files.isDirectory(folder)) return stored;
    try (var entries = Files.newDirectoryStream(folder)) {
      for (var entry : entries) {
        if (stored.size() >= BATCH) break;
        if (NAME.matcher(entry.getFileName().toString()).matches()) take(entry, stored);
      }
    }
    return stored;
  }

  void done(Stored stored) throws IOException {
    Files.deleteIfExists(stored.file);
  }

  private static void take(Path file, List<Stored> stored) throws IOException {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || Files.size(file) > Framing.CNI.maxBody() + Framing.CNI.headerSize()) {
        throw new MalformedFrame("not a file of one frame");
      }
      var bodies = new FrameParser(Framing.CNI).feed(Files.readAllBytes(file));
      if (bodies.size() != 1) throw new MalformedFrame("not exactly one frame");
      var request = CniRequest.decode(bodies.getFirst());
      if (!request.env().getOrDefault("CNI_COMMAND", "").equals("DEL")) {
        throw new MalformedFrame("not a DEL");
      }
      stored.add(new Stored(file, request));
    } catch (MalformedFrame garbage) {
      log.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("why", garbage.getMessage())
          .log("a stored DEL is unreadable and dropped");
      Files.deleteIfExists(file);
    }
  }
}
