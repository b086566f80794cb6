package io.vpccni.netprog.request;

/**
 * A field cannot be accepted. This exception stays inside this package; callers get a {@code
 * Refusal}.
 */
final class Invalid extends RuntimeException {
  private static final int SHOWN = 80;

  Invalid(String field, String why) {
    super(field + " " + why, null, false, false);
  }

  /**
   * Returns the value in a form that may stand in a message and in a log: short, and nothing but
   * printable ASCII.
   */
  static String shown(String value) {
    var start = value.length() > SHOWN ? value.substring(0, SHOWN) + "..." : value;
    return '"' + start.replaceAll("[^ -~]", "?").replace('"', '\'') + '"';
  }
}
