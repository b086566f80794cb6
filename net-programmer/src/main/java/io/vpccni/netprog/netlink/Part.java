package io.vpccni.netprog.netlink;

import io.vpccni.rpc.address.Ip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A part is a piece of a netlink message, which knows its size and how to write itself. Messages
 * nest them.
 */
sealed interface Part {
  int size();

  void write(ByteBuffer out);

  /**
   * Rounds up to a multiple of four bytes, to which all netlink structures are padded
   * (NLMSG_ALIGN).
   */
  static int align(int size) {
    return (size + 3) & ~3;
  }

  /** Returns an empty buffer in this machine's byte order, which netlink uses. */
  static ByteBuffer struct(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
  }

  static Part all(Part... parts) {
    return new All(List.of(parts));
  }

  /**
   * Writes an attribute, struct rtattr (linux/rtnetlink.h): 0 rta_len u16, 2 rta_type u16, 4
   * payload. The length excludes the padding that follows.
   */
  record Attr(int type, Part value) implements Part {
    /** Newer kernels require NLA_F_NESTED on attributes that hold attributes. */
    private static final int NESTED = 0x8000;

    static Attr u8(int type, int value) {
      return new Attr(type, new Bytes(new byte[] {(byte) value}));
    }

    static Attr u16(int type, int value) {
      return new Attr(type, new Bytes(struct(2).putShort((short) value).array()));
    }

    static Attr u32(int type, int value) {
      return new Attr(type, new Bytes(struct(4).putInt(value).array()));
    }

    static Attr bytes(int type, byte[] value) {
      return new Attr(type, new Bytes(value));
    }

    static Attr ip(int type, Ip ip) {
      return bytes(type, ip.bytes());
    }

    /** Writes the text with the closing zero byte, which the kernel counts. */
    static Attr text(int type, String value) {
      return bytes(type, (value + '\0').getBytes(StandardCharsets.UTF_8));
    }

    static Attr nest(int type, List<? extends Part> parts) {
      return new Attr(type, new All(List.copyOf(parts)));
    }

    static Attr nestMarked(int type, Part... parts) {
      return new Attr(type | NESTED, all(parts));
    }

    @Override
    public int size() {
      return align(4 + value.size());
    }

    @Override
    public void write(ByteBuffer out) {
      int end = out.position() + size();
      out.putShort((short) (4 + value.size())).putShort((short) type);
      value.write(out);
      while (out.position() < end) {
        out.put((byte) 0);
      }
    }
  }

  /** Writes fixed bytes, which are a header's fields or an attribute's value. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and written once.
  record Bytes(byte[] value) implements Part {
    @Override
    public int size() {
      return value.length;
    }

    @Override
    public void write(ByteBuffer out) {
      out.put(value);
    }
  }

  /** Writes several parts, one after the other. */
  record All(List<? extends Part> parts) implements Part {
    @Override
    public int size() {
      return parts.stream().mapToInt(Part::size).sum();
    }

    @Override
    public void write(ByteBuffer out) {
      parts.forEach(part -> part.write(out));
    }
  }
}
