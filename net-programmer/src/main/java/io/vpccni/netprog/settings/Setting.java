package io.vpccni.netprog.settings;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A setting is one environment variable.
 *
 * @param fallback text that is used if the variable is missing; it must be valid
 * @param parser turns the text into a value; it throws an IllegalArgumentException that says what
 *     the text is not, such as "is not an id"
 * @param invalid what happens if the text is not valid
 * @param sentence what the setting means, for {@code --help}
 */
record Setting<T>(
    String name, String fallback, Function<String, T> parser, Invalid invalid, String sentence) {

  /** Says what happens to an invalid value. */
  enum Invalid {
    /** The program refuses to start. */
    REFUSED,
    /** The default is used and a problem reported; an empty text counts as missing. */
    REPLACED
  }

  /**
   * Reads the value.
   *
   * @param problems one sentence is added for a value that is replaced
   * @throws IllegalArgumentException naming the variable, if its value is refused
   */
  T read(Map<String, String> env, List<String> problems) {
    var text = env.getOrDefault(name, fallback);
    if (text.isEmpty() && invalid == Invalid.REPLACED) {
      return parser.apply(fallback);
    }
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException wrong) {
      if (invalid == Invalid.REFUSED) {
        throw new IllegalArgumentException(
            name + " " + wrong.getMessage() + ": \"" + text + "\"", wrong);
      }
      problems.add(name + "=\"" + text + "\" " + wrong.getMessage() + ": " + fallback + " is used");
      return parser.apply(fallback);
    }
  }

  /** Reads a value that is refused if it is invalid. */
  T read(Map<String, String> env) {
    return read(env, List.of());
  }
}
