package io.vpccni.cli.output;

import io.vpccni.rpc.wire.introspection.HistoryEntry;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Writes what the pool decided last. */
public final class HistoryPage {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private HistoryPage() {}

  /** Returns one line for each entry with its time in UTC, and a second one with the reason. */
  public static String text(List<HistoryEntry> entries) {
    if (entries.isEmpty()) return "The agent has decided nothing since it started.\n";
    var text = new StringBuilder();
    for (var entry : entries) {
      text.append(time(Ages.instant(entry.getAt())))
          .append("  ")
          .append(entry.getWhat())
          .append('\n');
      if (!entry.getWhy().isEmpty()) {
        text.append("                          ").append(entry.getWhy()).append('\n');
      }
    }
    return text.toString();
  }

  /** Returns a time of day with its date, in UTC, in 24 characters of which the last is Z. */
  static String time(Instant at) {
    return TIME.format(at) + "Z";
  }
}
