package io.vpccni.metricshelper.config;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A setting is one environment variable.
 *
 * @param fallback the value where the variable is missing
 * @param shown the fallback as people write it; empty where there is none
 * @param words for people: what the value may be
 * @param parser makes the value of the text; it throws an IllegalArgumentException that says what
 *     the text is not
 * @param invalid what happens where the text is not valid
 * @param sentence what the setting does
 */
record Setting<T>(
    String name,
    T fallback,
    String shown,
    String words,
    Function<String, T> parser,
    Invalid invalid,
    String sentence) {

  /** Says what happens to a value that cannot be used. */
  enum Invalid {
    /** The program does not start. */
    REFUSED("the program refuses to start"),
    /** The default is used and a problem reported. */
    REPLACED("the default is used instead"),
    /** Each value can be used. */
    NEVER("");

    private final String outcome;

    Invalid(String outcome) {
      this.outcome = outcome;
    }

    String outcome() {
      return outcome;
    }
  }

  /** Returns the same setting with a default that the command line gives. */
  Setting<T> otherwise(T other) {
    return new Setting<>(name, other, String.valueOf(other), words, parser, invalid, sentence);
  }

  /**
   * Reads the value. An empty text counts as missing.
   *
   * @param problems one sentence is added for a value that is replaced
   * @throws IllegalArgumentException naming the variable, if its value is refused
   */
  T read(Map<String, String> env, List<String> problems) {
    var text = env.get(name);
    if (text == null || text.isEmpty()) {
      return fallback;
    }
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException wrong) {
      var what = name + "=\"" + text + "\" " + wrong.getMessage();
      if (invalid == Invalid.REFUSED) {
        throw new IllegalArgumentException(what, wrong);
      }
      problems.add(what + "; using " + shown);
      return fallback;
    }
  }
}
