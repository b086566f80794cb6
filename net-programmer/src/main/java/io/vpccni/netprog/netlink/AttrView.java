package io.vpccni.netprog.netlink;

import io.vpccni.rpc.address.Ip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Shows the attributes of a message by type. Lengths are checked before anything is read. Types
 * that nobody asks for are ignored, since newer kernels add some.
 */
record AttrView(Map<Integer, ByteBuffer> values) {
  /**
   * The flags NLA_F_NESTED and NLA_F_NET_BYTEORDER share the field with the type and are masked
   * out.
   */
  private static final int TYPE_MASK = 0x3fff;

  /**
   * Splits a buffer into attributes.
   *
   * @throws Malformed if a length points outside of it
   */
  static AttrView read(ByteBuffer in) {
    var values = new TreeMap<Integer, ByteBuffer>();
    var rest = in.slice().order(ByteOrder.nativeOrder());
    while (rest.remaining() >= 4) {
      int length = Short.toUnsignedInt(rest.getShort(rest.position()));
      int type = rest.getShort(rest.position() + 2) & TYPE_MASK;
      if (length < 4 || length > rest.remaining()) {
        throw new Malformed("attribute " + type + " has length " + length);
      }
      values.put(type, rest.slice(rest.position() + 4, length - 4).order(ByteOrder.nativeOrder()));
      rest.position(Math.min(rest.position() + Part.align(length), rest.limit()));
    }
    return new AttrView(values);
  }

  boolean has(int type) {
    return values.containsKey(type);
  }

  int u32(int type, int otherwise) {
    var value = values.get(type);
    return value == null ? otherwise : sized(type, value, 4).getInt(0);
  }

  int u8(int type, int otherwise) {
    var value = values.get(type);
    return value == null ? otherwise : sized(type, value, 1).get(0) & 0xff;
  }

  Optional<Ip> ip(int type) {
    return bytes(type)
        .map(
            bytes -> {
              if (bytes.length != 4 && bytes.length != 16) {
                throw new Malformed("attribute " + type + " is an address of " + bytes.length);
              }
              return Ip.of(bytes);
            });
  }

  Optional<byte[]> bytes(int type) {
    return Optional.ofNullable(values.get(type))
        .map(
            value -> {
              var bytes = new byte[value.remaining()];
              value.get(value.position(), bytes);
              return bytes;
            });
  }

  /** Returns the text up to the first zero byte. */
  Optional<String> text(int type) {
    return bytes(type)
        .map(
            bytes -> {
              int end = 0;
              while (end < bytes.length && bytes[end] != 0) {
                end++;
              }
              return new String(bytes, 0, end, StandardCharsets.UTF_8);
            });
  }

  Optional<AttrView> nest(int type) {
    return Optional.ofNullable(values.get(type)).map(AttrView::read);
  }

  private static ByteBuffer sized(int type, ByteBuffer value, int size) {
    if (value.remaining() < size) {
      throw new Malformed("attribute " + type + " has " + value.remaining() + " bytes");
    }
    return value;
  }
}
