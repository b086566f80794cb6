package io.vpccni.rpc.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address is held as two integers, so that it is cheap to compare, to increment and
 * to use as a key. IPv4 uses only the low 32 bits of {@code low}. An IPv4-mapped IPv6 address stays
 * IPv6. Zone ids are refused.
 */
public record Ip(boolean v6, long high, long low) implements Comparable<Ip> {
  public Ip {
    if (!v6 && (high != 0 || low >>> 32 != 0)) {
      throw new IllegalArgumentException("an IPv4 address has 32 bits");
    }
  }

  public static Ip v4(int bits) {
    return new Ip(false, 0, bits & 0xffff_ffffL);
  }

  public static Ip v6(long high, long low) {
    return new Ip(true, high, low);
  }

  /**
   * Reads dotted decimal (four parts, no leading zeros) or any RFC 4291 text.
   *
   * @throws IllegalArgumentException quoting the text if it is neither
   */
  public static Ip parse(String text) {
    return AddressText.parse(text);
  }

  /**
   * Makes an address of 4 or 16 bytes in network order.
   *
   * @throws IllegalArgumentException for any other number of bytes
   */
  public static Ip of(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    return switch (bytes.length) {
      case 4 -> v4(in.getInt());
      case 16 -> v6(in.getLong(), in.getLong());
      default ->
          throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
    };
  }

  /** Returns the 4 or 16 bytes of the address in network order. */
  public byte[] bytes() {
    return v6
        ? ByteBuffer.allocate(16).putLong(high).putLong(low).array()
        : ByteBuffer.allocate(4).putInt((int) low).array();
  }

  /** Returns the length of the address in bits, 32 or 128. */
  public int bits() {
    return v6 ? 128 : 32;
  }

  /** Returns the address {@code count} above this one; the sum wraps around at the family's end. */
  public Ip plus(long count) {
    if (!v6) {
      return v4((int) (low + count));
    }
    long sum = low + count;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return v6(high + carry, sum);
  }

  /** Returns the block that holds only this address (/32 or /128). */
  public Cidr asCidr() {
    return new Cidr(this, bits());
  }

  public InetAddress toInetAddress() {
    try {
      return InetAddress.getByAddress(bytes());
    } catch (UnknownHostException impossible) {
      throw new AssertionError("4 or 16 bytes are an address", impossible);
    }
  }

  /** Orders IPv4 before IPv6 and then by the unsigned value. */
  @Override
  public int compareTo(Ip other) {
    if (v6 != other.v6) {
      return v6 ? 1 : -1;
    }
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /**
   * This method and {@link #hashCode} are written out because the ones generated for records are
   * several times slower under the JVM's client compiler, and one pool decision looks up thousands
   * of addresses.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ip ip && low == ip.low && high == ip.high && v6 == ip.v6;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(high) + Long.hashCode(low);
  }

  /** Returns the canonical text, which is dotted decimal or RFC 5952. */
  @Override
  public String toString() {
    return AddressText.write(this);
  }
}
