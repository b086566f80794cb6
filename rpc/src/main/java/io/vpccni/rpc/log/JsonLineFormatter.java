package io.vpccni.rpc.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Writes one JSON object a line, with the keys that log shippers know from the reference, and
 * without secrets.
 */
public final class JsonLineFormatter extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXX", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private final Function<Map<String, Object>, String> json;

  /**
   * Makes a formatter.
   *
   * @param json writes an object on one line; it is passed in because not every program has a JSON
   *     library
   */
  public JsonLineFormatter(Function<Map<String, Object>, String> json) {
    this.json = json;
  }

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
    return json.apply(line) + "\n";
  }

  private static String level(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) return "error";
    if (level.intValue() >= Level.WARNING.intValue()) return "warn";
    return level.intValue() >= Level.INFO.intValue() ? "info" : "debug";
  }
}
