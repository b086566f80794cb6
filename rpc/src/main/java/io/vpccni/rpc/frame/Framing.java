package io.vpccni.rpc.frame;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** A framing says where a frame's body begins and how long it is. Integers are big-endian. */
public enum Framing {
  /**
   * The frames of {@code cni.sock} are {@code VCNI}, a byte with the version 1, the length of the
   * body in 32 bits, and a body of at most 1 MiB.
   */
  CNI("VCNI\1", 1 << 20),
  /**
   * The frames of {@code net-programmer.sock} are the length of the body in 32 bits and a body of
   * at most 4 MiB, which is one protobuf Envelope.
   */
  ENVELOPE("", 4 << 20);

  /** The magic is a text because an enum must not hold mutable values. */
  private final String magic;

  private final int maxBody;

  Framing(String magic, int maxBody) {
    this.magic = magic;
    this.maxBody = maxBody;
  }

  /** Returns the greatest length of a body in bytes. */
  public int maxBody() {
    return maxBody;
  }

  /** Returns the number of bytes before the body. */
  public int headerSize() {
    return magic.length() + Integer.BYTES;
  }

  /**
   * Returns the whole frame around a body.
   *
   * @throws MalformedFrame if the body is longer than the peer would accept
   */
  public byte[] frame(byte[] body) {
    if (body.length > maxBody) throw tooLong(body.length);
    return ByteBuffer.allocate(headerSize() + body.length)
        .put(magic.getBytes(US_ASCII))
        .putInt(body.length)
        .put(body)
        .array();
  }

  /**
   * Returns the length of the body that follows this complete header. It is checked before any of
   * the body is read.
   */
  int bodyLength(byte[] header) {
    // Unsigned: a length above 2 GiB must not pass as a negative one.
    long length = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt(magic.length()));
    if (length > maxBody) throw tooLong(length);
    return (int) length;
  }

  /** Refuses a header at its first wrong byte, however few bytes are known. */
  void checkMagic(byte[] header, int known) {
    int end = Math.min(known, magic.length());
    if (!magic.startsWith(new String(header, 0, end, ISO_8859_1))) {
      throw new MalformedFrame("the frame does not begin with VCNI version 1");
    }
  }

  private MalformedFrame tooLong(long length) {
    return new MalformedFrame(
        "frame body of " + length + " bytes; at most " + maxBody + " are allowed");
  }
}
