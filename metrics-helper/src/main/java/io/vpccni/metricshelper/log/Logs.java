package io.vpccni.metricshelper.log;

import io.vpccni.rpc.log.Redaction;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
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
    var lines = new Lines(to);
    lines.setFormatter(new JsonLines());
    lines.setLevel(Level.ALL);
    Logger.getLogger("").addHandler(lines);
  }

  /** Writes each line out at once, before the process can die. */
  private static final class Lines extends StreamHandler {
    Lines(PrintStream to) {
      setOutputStream(to);
    }

    @Override
    public synchronized void publish(LogRecord entry) {
      super.publish(entry);
      flush();
    }
  }

  private static final class JsonLines extends Formatter {
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXX", Locale.ROOT)
            .withZone(ZoneId.systemDefault());

    @Override
    public String format(LogRecord entry) {
      var line = new LinkedHashMap<String, Object>();
      line.put("level", level(entry.getLevel()));
      line.put("ts", TIME.format(entry.getInstant()));
      line.put("caller", String.valueOf(entry.getLoggerName()));
      line.put("msg", Redaction.of(formatMessage(entry)));
      var error = entry.getThrown();
      if (error != null) {
        var stack = new StringWriter();
        error.printStackTrace(new PrintWriter(stack));
        line.put("error", Redaction.of(stack.toString()));
      }
      return JSONObject.toJSONString(line) + "\n";
    }

    private static String level(Level level) {
      if (level.intValue() >= Level.SEVERE.intValue()) return "error";
      if (level.intValue() >= Level.WARNING.intValue()) return "warn";
      return level.intValue() >= Level.INFO.intValue() ? "info" : "debug";
    }
  }
}
