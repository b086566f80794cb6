package io.vpccni.rpc.log;

import java.util.List;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** Hands its records, whose message precedes the pairs, to java.util.logging. */
final class JulLogger extends LegacyAbstractLogger implements LoggingEventAware {
  private static final long serialVersionUID = 1;

  // Without a reference from here java.util.logging would forget the logger and its level.
  private final transient java.util.logging.Logger jul;

  JulLogger(String name) {
    this.name = name;
    this.jul = java.util.logging.Logger.getLogger(name);
  }

  @Override
  public void log(LoggingEvent event) {
    log(
        event.getLevel(),
        event.getMessage(),
        event.getArgumentArray(),
        event.getThrowable(),
        event.getKeyValuePairs());
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String message,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    log(level, message, arguments, thrown, null);
  }

  private void log(
      Level level,
      String message,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown,
      @Nullable List<KeyValuePair> pairs) {
    if (!jul.isLoggable(level(level))) return;
    var text = new StringBuilder(MessageFormatter.basicArrayFormat(message, arguments));
    if (pairs != null) pairs.forEach(pair -> append(text, pair));
    var line = new LogRecord(level(level), text.toString());
    line.setLoggerName(name);
    line.setThrown(thrown == null ? surplusCause(message, arguments) : thrown);
    jul.log(line);
  }

  /** SLF4J's builders hand over a cause that follows the message as one more of its arguments. */
  private static @Nullable Throwable surplusCause(String message, Object @Nullable [] arguments) {
    if (arguments == null) return null;
    int placeholders = message.split("\\{\\}", -1).length - 1;
    return placeholders < arguments.length
        ? MessageFormatter.getThrowableCandidate(arguments)
        : null;
  }

  /** A value that does not end at the next space is quoted, as readers of logfmt expect it. */
  private static void append(StringBuilder text, KeyValuePair pair) {
    var value = String.valueOf(pair.value);
    text.append(' ').append(pair.key).append('=');
    if (value.isEmpty() || value.chars().anyMatch(c -> c == ' ' || c == '"')) {
      text.append('"').append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    } else {
      text.append(value);
    }
  }

  private static java.util.logging.Level level(Level level) {
    return switch (level) {
      case ERROR -> java.util.logging.Level.SEVERE;
      case WARN -> java.util.logging.Level.WARNING;
      case INFO -> java.util.logging.Level.INFO;
      case DEBUG -> java.util.logging.Level.FINE;
      case TRACE -> java.util.logging.Level.FINEST;
    };
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  public boolean isTraceEnabled() {
    return jul.isLoggable(level(Level.TRACE));
  }

  @Override
  public boolean isDebugEnabled() {
    return jul.isLoggable(level(Level.DEBUG));
  }

  @Override
  public boolean isInfoEnabled() {
    return jul.isLoggable(level(Level.INFO));
  }

  @Override
  public boolean isWarnEnabled() {
    return jul.isLoggable(level(Level.WARN));
  }

  @Override
  public boolean isErrorEnabled() {
    return jul.isLoggable(level(Level.ERROR));
  }
}
