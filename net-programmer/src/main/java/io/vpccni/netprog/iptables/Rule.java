package io.vpccni.netprog.iptables;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds a rule without its chain, in the words and the order that iptables-save prints, so that two
 * rules are equal exactly when their words are.
 */
public record Rule(List<String> words) {
  public Rule {
    words = List.copyOf(words);
  }

  /**
   * Parses words separated by blanks. Text in double quotes is one word, in which a backslash
   * escapes the next character.
   */
  public static Rule parse(String text) {
    return new Rule(split(text));
  }

  static List<String> split(String line) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    boolean quoted = false;
    boolean begun = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && quoted && i + 1 < line.length()) {
        word.append(line.charAt(++i));
      } else if (c == '"') {
        quoted = !quoted;
        begun = true;
      } else if (c == ' ' && !quoted) {
        if (begun) {
          words.add(word.toString());
        }
        word.setLength(0);
        begun = false;
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }

  /** Returns the word that follows {@code option}, or an empty text if there is none. */
  public String value(String option) {
    int at = words.indexOf(option);
    return at >= 0 && at + 1 < words.size() ? words.get(at + 1) : "";
  }

  public String comment() {
    return value("--comment");
  }

  public String target() {
    return value("-j");
  }

  /** Returns the target that the rule jumps or goes to, or an empty text if it has none. */
  String reference() {
    return target().isEmpty() ? value("-g") : target();
  }

  /** Formats the rule as iptables-restore reads it. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (var word : words) {
      if (!text.isEmpty()) {
        text.append(' ');
      }
      text.append(needsQuotes(word) ? quote(word) : word);
    }
    return text.toString();
  }

  private static boolean needsQuotes(String word) {
    return word.isEmpty()
        || word.chars().anyMatch(c -> c == ' ' || c == '"' || c == '\\' || c == '\'');
  }

  private static String quote(String word) {
    return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
