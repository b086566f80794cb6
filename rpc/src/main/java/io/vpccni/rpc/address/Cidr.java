package io.vpccni.rpc.address;

import org.jspecify.annotations.Nullable;

/**
 * A CIDR block is a range of addresses that share a prefix. It is always canonical: the bits after
 * the prefix are zero.
 *
 * @param prefix the prefix length, 0 to 32 for IPv4 and 0 to 128 for IPv6
 */
public record Cidr(Ip network, int prefix) implements Comparable<Cidr> {
  public Cidr {
    if (prefix < 0 || prefix > network.bits()) {
      throw new IllegalArgumentException(
          "prefix length " + prefix + " of " + network + " is not within 0 to " + network.bits());
    }
    network = masked(network, prefix);
  }

  /**
   * Reads {@code address/length} and clears the host bits.
   *
   * @throws IllegalArgumentException quoting the text if it is not such a block
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    var digits = slash < 0 ? "" : text.substring(slash + 1);
    if (digits.isEmpty()
        || digits.length() > 3
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("not a CIDR (address/length): \"" + text + "\"");
    }
    return new Cidr(Ip.parse(text.substring(0, slash)), Integer.parseInt(digits));
  }

  public boolean v6() {
    return network.v6();
  }

  /** Returns whether the block holds exactly one address (/32 or /128). */
  public boolean single() {
    return prefix == network.bits();
  }

  public boolean contains(Ip ip) {
    return ip.v6() == network.v6() && masked(ip, prefix).equals(network);
  }

  public boolean contains(Cidr other) {
    return other.prefix >= prefix && contains(other.network);
  }

  /**
   * Returns the number of addresses in the block, 2^(bits − prefix), or {@link Long#MAX_VALUE}
   * where that does not fit.
   */
  public long size() {
    int hostBits = network.bits() - prefix;
    return hostBits >= 63 ? Long.MAX_VALUE : 1L << hostBits;
  }

  /** Returns the n-th address of the block, counted from 0, which is the network address. */
  public Ip address(long n) {
    return network.plus(n);
  }

  private static Ip masked(Ip ip, int prefix) {
    if (!ip.v6()) {
      return new Ip(false, 0, ip.low() & high64(prefix + 32));
    }
    return new Ip(
        true,
        ip.high() & high64(Math.min(prefix, 64)),
        ip.low() & high64(Math.max(prefix - 64, 0)));
  }

  /** Returns a 64-bit mask whose {@code bits} highest bits are set. */
  private static long high64(int bits) {
    return bits == 0 ? 0 : -1L << (64 - bits);
  }

  @Override
  public int compareTo(Cidr other) {
    int byNetwork = network.compareTo(other.network);
    return byNetwork != 0 ? byNetwork : Integer.compare(prefix, other.prefix);
  }

  /** This method is written out for the same reason as {@link Ip#equals}. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cidr cidr && prefix == cidr.prefix && network.equals(cidr.network);
  }

  @Override
  public int hashCode() {
    return 31 * network.hashCode() + prefix;
  }

  @Override
  public String toString() {
    return network + "/" + prefix;
  }
}
