package io.vpccni.cli.output;

import java.util.Map;

/**
 * Colours words for people. Everything can be read without colour too.
 *
 * @param on whether there are colours at all
 */
public record Palette(boolean on) {
  /**
   * Chooses colours for a terminal, unless {@code NO_COLOR} is set (https://no-color.org) or the
   * terminal is a dumb one.
   */
  public static Palette of(Map<String, String> env, boolean terminal) {
    return new Palette(
        terminal
            && env.getOrDefault("NO_COLOR", "").isEmpty()
            && !env.getOrDefault("TERM", "dumb").equals("dumb"));
  }

  String good(String text) {
    return wrapped("32", text);
  }

  String bad(String text) {
    return wrapped("1;31", text);
  }

  String heading(String text) {
    return wrapped("1", text);
  }

  private String wrapped(String code, String text) {
    return on ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
