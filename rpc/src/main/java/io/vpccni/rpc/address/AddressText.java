package io.vpccni.rpc.address;

import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * Address texts are read and written by netty's {@link NetUtil}. It reads more than our wires allow
 * and less than RFC 4291 does; this class makes up the difference.
 */
final class AddressText {
  private AddressText() {}

  static Ip parse(String text) {
    int colon = text.lastIndexOf(':');
    var bytes = colon < 0 ? v4(text) : v6(text, colon);
    if (bytes == null) {
      throw new IllegalArgumentException("not an IP address: \"" + text + "\"");
    }
    return Ip.of(bytes);
  }

  /** Refuses leading zeros, which some readers take for octal, as Go and the kernel's tools do. */
  private static byte @Nullable [] v4(String text) {
    var bytes = NetUtil.createByteArrayFromIpAddressString(text);
    return bytes != null && NetUtil.bytesToIpAddress(bytes).equals(text) ? bytes : null;
  }

  /**
   * Refuses zones and brackets. NetUtil knows a dotted tail only behind {@code ::ffff:}, so that it
   * would refuse NAT64 addresses: the tail is handed to it as two hexadecimal groups.
   */
  private static byte @Nullable [] v6(String text, int lastColon) {
    if (text.indexOf('%') >= 0 || text.charAt(0) == '[') {
      return null;
    }
    if (text.indexOf('.') < 0) {
      return NetUtil.createByteArrayFromIpAddressString(text);
    }
    var tail = v4(text.substring(lastColon + 1));
    return tail == null
        ? null
        : NetUtil.createByteArrayFromIpAddressString(
            "%s%02x%02x:%02x%02x"
                .formatted(text.substring(0, lastColon + 1), tail[0], tail[1], tail[2], tail[3]));
  }

  /** Writes dotted decimal or RFC 5952. */
  static String write(Ip ip) {
    return ip.v6() ? NetUtil.bytesToIpAddress(ip.bytes()) : NetUtil.intToIpAddress((int) ip.low());
  }
}
