package io.vpccni.netprog.request;

/** A field that cannot be accepted. Stays inside this package: callers get a {@code Refusal}. */
final class Invalid extends RuntimeException {
  private static final int SHOWN = 80;

  Invalid(String field, String why) {
    super(field + " " + why, null, false, false);
  }

  /**
   * The value as it may stand in a message and in a log: short, and nothing but printable ASCII.
   */
  static String shown(String value) {
    var start = value.length() > SHOWN ? value.substring(0, SHOWN) + "..." : value;
    return '"' + start.replaceAll("[^ -~]", "?").replace('"', '\'') + '"';
  }
}
