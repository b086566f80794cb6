package io.vpccni.rpc.address;

/** Dotted decimal. */
final class Ipv4Text {
  private Ipv4Text() {}

  static Ip parse(String text) {
    int bits = 0;
    int parts = 0;
    int at = 0;
    while (at <= text.length() && parts < 4) {
      int dot = text.indexOf('.', at);
      int end = dot < 0 ? text.length() : dot;
      bits = bits << 8 | part(text, at, end);
      parts++;
      at = end + 1;
      if (dot < 0) {
        break;
      }
    }
    if (parts != 4 || at != text.length() + 1) {
      throw bad(text);
    }
    return Ip.v4(bits);
  }

  private static int part(String text, int from, int to) {
    int length = to - from;
    // A leading zero would be octal to some readers: refused, as Go and the kernel tools do.
    if (length < 1 || length > 3 || (length > 1 && text.charAt(from) == '0')) {
      throw bad(text);
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw bad(text);
      }
      value = value * 10 + digit;
    }
    if (value > 255) {
      throw bad(text);
    }
    return value;
  }

  static String write(int bits) {
    return (bits >>> 24)
        + "."
        + (bits >>> 16 & 255)
        + "."
        + (bits >>> 8 & 255)
        + "."
        + (bits & 255);
  }

  private static IllegalArgumentException bad(String text) {
    return new IllegalArgumentException("not an IP address: \"" + text + "\"");
  }
}
