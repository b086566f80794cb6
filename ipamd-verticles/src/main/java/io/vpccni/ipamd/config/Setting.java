package io.vpccni.ipamd.config;

/**
 * A setting is one environment variable.
 *
 * @param fallback the value where the variable is missing
 * @param shown the fallback as people write it; empty where there is none
 * @param values what it may be
 * @param invalid what happens where it is something else
 * @param sentence what the setting does
 */
record Setting<T>(
    String name, T fallback, String shown, Values<T> values, Invalid invalid, String sentence) {

  /** Says what happens to a value that cannot be used. */
  enum Invalid {
    /** The agent does not start, as the reference does not. */
    REFUSED("the agent refuses to start"),
    /** The default is used instead, and a problem is reported. */
    REPLACED("the default is used instead"),
    /** The part that cannot be used is left out of the list, and a problem is reported. */
    LEFT_OUT("the item is left out"),
    /** Each value can be used. */
    NEVER("");

    private final String words;

    Invalid(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /** Returns the same setting where the agent refuses to start with a bad value. */
  Setting<T> refused() {
    return new Setting<>(name, fallback, shown, values, Invalid.REFUSED, sentence);
  }

  /** Returns the same setting with a default and a range that follow from other settings. */
  Setting<T> in(T otherFallback, Values<T> otherValues) {
    return new Setting<>(
        name, otherFallback, String.valueOf(otherFallback), otherValues, invalid, sentence);
  }
}
