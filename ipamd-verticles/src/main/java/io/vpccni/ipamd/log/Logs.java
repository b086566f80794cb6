package io.vpccni.ipamd.log;

import io.vpccni.ipamd.json.Json;
import io.vpccni.rpc.log.FlushingHandler;
import io.vpccni.rpc.log.JsonLineFormatter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sets up logging once, at the start. */
public final class Logs {
  /** The reference rotates at 100 MB and keeps 5 old files. */
  private static final long FILE_BYTES = 100 << 20;

  private static final int OLD_FILES = 5;

  /** This is kept because java.util.logging forgets loggers that nobody refers to. */
  private static final Logger OURS = Logger.getLogger("io.vpccni");

  /**
   * This logger tells of each attempt with a stack trace, while we raise one condition for an API
   * server that is away.
   */
  private static final Logger WATCHES = Logger.getLogger("io.fabric8");

  /**
   * This logger tells of a peer that closes in the middle: each of our connections looks after that
   * itself.
   */
  private static final Logger CONNECTIONS = Logger.getLogger("io.vertx.core.net.impl");

  private Logs() {}

  /**
   * @param destination path, {@code stdout} or {@code stderr}, see {@link LogDestination}; with a
   *     path also to stderr
   * @return why the file cannot be used, if so: then only stderr is
   */
  public static Optional<String> set(String destination, Level level, InstantSource wallClock) {
    LogManager.getLogManager().reset();
    // Libraries at debug level would drown our own lines.
    Logger.getLogger("").setLevel(Level.WARNING);
    OURS.setLevel(level);
    WATCHES.setLevel(Level.SEVERE);
    CONNECTIONS.setLevel(Level.OFF);
    return switch (LogDestination.of(destination)) {
      case LogDestination.Stdout _ -> {
        add(new FlushingHandler(System.out));
        yield Optional.empty();
      }
      case LogDestination.Stderr _ -> {
        add(new FlushingHandler(System.err));
        yield Optional.empty();
      }
      case LogDestination.LogFile(var path) -> {
        add(new FlushingHandler(System.err));
        yield toFile(path, wallClock);
      }
    };
  }

  private static Optional<String> toFile(Path path, InstantSource wallClock) {
    try {
      var folder = path.getParent();
      if (folder != null) Files.createDirectories(folder);
      add(new RotatedFile(path, FILE_BYTES, OLD_FILES, wallClock));
      return Optional.empty();
    } catch (IOException denied) {
      return Optional.of("the log file " + path + " cannot be written: " + denied);
    }
  }

  /** Returns what makes a line of a record. */
  static Formatter lines() {
    return new JsonLineFormatter(Json::compact);
  }

  private static void add(Handler handler) {
    var formatter = lines();
    handler.setFormatter(formatter);
    handler.setFilter(Silence.filter(formatter));
    handler.setLevel(Level.ALL);
    Logger.getLogger("").addHandler(handler);
  }
}
