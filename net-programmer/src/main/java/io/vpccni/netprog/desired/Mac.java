package io.vpccni.netprog.desired;

import java.util.HexFormat;

/**
 * Holds a 48-bit MAC address.
 *
 * @param bits the address in the low 48 bits
 */
public record Mac(long bits) {
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

  /**
   * Parses six hexadecimal bytes separated by colons, in either case.
   *
   * @throws IllegalArgumentException quoting the text, if it is anything else
   */
  public static Mac parse(String text) {
    try {
      var bytes = COLONS.parseHex(text);
      if (bytes.length == 6) {
        return of(bytes);
      }
    } catch (IllegalArgumentException notHex) {
      // The exception below quotes the whole text.
    }
    throw new IllegalArgumentException("not a MAC address: \"" + text + "\"");
  }

  public static Mac of(byte[] bytes) {
    if (bytes.length != 6) {
      throw new IllegalArgumentException("a MAC address has 6 bytes, not " + bytes.length);
    }
    long bits = 0;
    for (byte octet : bytes) {
      bits = bits << 8 | (octet & 0xff);
    }
    return new Mac(bits);
  }

  public byte[] bytes() {
    var bytes = new byte[6];
    for (int i = 0; i < 6; i++) {
      bytes[i] = (byte) (bits >>> (40 - 8 * i));
    }
    return bytes;
  }

  /** Formats the address in lower case with colons. */
  @Override
  public String toString() {
    return COLONS.formatHex(bytes());
  }
}
