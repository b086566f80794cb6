package io.vpccni.ipamd.json;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes like Go's encoder, so that our texts compare byte by byte with the reference's. */
final class JsonWriter {
  private JsonWriter() {}

  /**
   * @param indent blanks a level; 0 for everything on one line
   */
  static void write(StringBuilder out, @Nullable Object value, int indent, int level) {
    switch (value) {
      case null -> out.append("null");
      case String text -> quote(out, text);
      case Map<?, ?> map -> {
        var members = map.entrySet().iterator();
        block(
            out,
            '{',
            '}',
            members,
            indent,
            level,
            entry -> {
              quote(out, String.valueOf(entry.getKey()));
              out.append(indent == 0 ? ":" : ": ");
              write(out, entry.getValue(), indent, level + 1);
            });
      }
      case List<?> list ->
          block(
              out,
              '[',
              ']',
              list.iterator(),
              indent,
              level,
              item -> write(out, item, indent, level + 1));
      case Object other -> out.append(other);
    }
  }

  private static <T extends @Nullable Object> void block(
      StringBuilder out,
      char open,
      char close,
      Iterator<T> items,
      int indent,
      int level,
      java.util.function.Consumer<T> write) {
    out.append(open);
    if (items.hasNext()) {
      while (items.hasNext()) {
        newline(out, indent, level + 1);
        write.accept(items.next());
        if (items.hasNext()) out.append(',');
      }
      newline(out, indent, level);
    }
    out.append(close);
  }

  private static void newline(StringBuilder out, int indent, int level) {
    if (indent > 0) out.append('\n').repeat(' ', indent * level);
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        // Go escapes these so that the text may stand inside HTML.
        case '<', '>', '&', '\u2028', '\u2029' -> escape(out, c);
        default -> {
          if (c < ' ') escape(out, c);
          else out.append(c);
        }
      }
    }
    out.append('"');
  }

  private static void escape(StringBuilder out, char c) {
    out.append("\\u%04x".formatted((int) c));
  }
}
