package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.rpc.address.Ip;

/**
 * Computes the node-local networks by which pods reach the family that the cluster does not use. It
 * is pure.
 */
final class EgressNet {
  /** Each pod's host end has this address. */
  static final Ip IPV4_GATEWAY = Ip.parse("169.254.172.1");

  private EgressNet() {}

  /** Returns the prefix length of the range, which is 169.254.172.0/22 or fd00::ac:0/118. */
  static int prefix(Ip ip) {
    return ip.v6() ? 118 : 22;
  }

  /** Returns the interface's name in the pod. */
  static String ifName(Ip ip) {
    return ip.v6() ? "v6if0" : "v4if0";
  }

  /**
   * Returns the link-local address that a link gives itself: fe80::/64 and the MAC in EUI-64 form
   * (RFC 4291, appendix A).
   */
  static Ip linkLocal(Mac mac) {
    long bits = mac.bits() ^ 0x0200_0000_0000L;
    long eui64 = (bits >>> 24 << 40) | 0xff_fe00_0000L | (bits & 0xff_ffffL);
    return Ip.v6(0xfe80_0000_0000_0000L, eui64);
  }
}
