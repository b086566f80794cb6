package io.vpccni.rpc.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes each record as one line on stderr: {@code time=2026-01-31T12:00:00.123Z level=warning
 * logger=Service The message key=value …}. The message and its pairs come as one text from {@link
 * JulLogger}.
 */
public final class LogLineFormatter extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private LogLineFormatter() {}

  /**
   * Makes this the process's only log. It is called first in main; nothing is read from
   * logging.properties.
   */
  public static void toStderr(Level level) {
    LogManager.getLogManager().reset();
    var stderr = new ConsoleHandler();
    stderr.setFormatter(new LogLineFormatter());
    stderr.setLevel(level);
    var root = Logger.getLogger("");
    root.setLevel(level);
    root.addHandler(stderr);
  }

  @Override
  public String format(LogRecord entry) {
    var line =
        new StringBuilder(160)
            .append("time=")
            .append(TIME.format(entry.getInstant()))
            .append(" level=")
            .append(entry.getLevel().getName().toLowerCase(Locale.ROOT))
            .append(" logger=")
            .append(shortName(entry.getLoggerName()))
            .append(' ')
            // Text that others made us log must not look like further lines.
            .append(Redaction.of(formatMessage(entry)).replace("\n", "\\n").replace("\r", "\\r"))
            .append('\n');
    if (entry.getThrown() != null) {
      var trace = new StringWriter();
      entry.getThrown().printStackTrace(new PrintWriter(trace));
      line.append(Redaction.of(trace.toString()));
    }
    return line.toString();
  }

  private static String shortName(@Nullable String logger) {
    return logger == null ? "-" : logger.substring(logger.lastIndexOf('.') + 1);
  }
}
