package io.vpccni.metricshelper.log;

import io.vpccni.rpc.log.FlushingHandler;
import io.vpccni.rpc.log.JsonLineFormatter;
import java.io.PrintStream;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import net.minidev.json.JSONObject;

/** Sets up logging once, at the start: JSON lines with the reference's keys and without secrets. */
public final class Logs {
  /** It is kept because java.util.logging forgets loggers that nobody refers to. */
  private static final Logger OURS = Logger.getLogger("io.vpccni");

  /** It tells of each attempt with a stack trace, while we tell of changes. */
  private static final Logger KUBERNETES = Logger.getLogger("io.fabric8");

  private Logs() {}

  /**
   * Makes this the process's only log.
   *
   * @param to where the lines go
   */
  public static void set(Level level, PrintStream to) {
    LogManager.getLogManager().reset();
    // Libraries at debug level would drown our own lines.
    Logger.getLogger("").setLevel(Level.WARNING);
    OURS.setLevel(level);
    KUBERNETES.setLevel(Level.SEVERE);
    var lines = new FlushingHandler(to);
    lines.setFormatter(new JsonLineFormatter(JSONObject::toJSONString));
    lines.setLevel(Level.ALL);
    Logger.getLogger("").addHandler(lines);
  }
}
