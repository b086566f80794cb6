package io.vpccni.rpc.frame;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** Where a frame's body begins and how long it is. Integers are big-endian. */
public enum Framing {
  /**
   * {@code cni.sock}: {@code VCNI}, u8 version = 1, u32 length of the body, body of at most 1 MiB.
   */
  CNI("VCNI\1", 1 << 20),
  /**
   * {@code net-programmer.sock}: u32 length of the body, body of at most 4 MiB (one protobuf
   * Envelope).
   */
  ENVELOPE("", 4 << 20);

  /** Text, because an enum must not hold what can be changed. */
  private final String magic;

  private final int maxBody;

  Framing(String magic, int maxBody) {
    this.magic = magic;
    this.maxBody = maxBody;
  }

  /** The longest body, in bytes. */
  public int maxBody() {
    return maxBody;
  }

  /** Bytes before the body. */
  public int headerSize() {
    return magic.length() + Integer.BYTES;
  }

  /**
   * The whole frame around a body.
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
   * Length of the body that follows this complete header; checked before any of the body is read.
   */
  int bodyLength(byte[] header) {
    // Unsigned: a length above 2 GiB must not pass as a negative one.
    long length = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt(magic.length()));
    if (length > maxBody) throw tooLong(length);
    return (int) length;
  }

  /** Refuses as soon as a byte is wrong, so that a stranger's first bytes are enough. */
  void checkMagic(byte[] header, int known) {
    int end = Math.min(known, magic.length());
    if (!magic.startsWith(new String(header, 0, end, ISO_8859_1))) {
      throw new MalformedFrame("frame does not begin with VCNI version 1");
    }
  }

  private MalformedFrame tooLong(long length) {
    return new MalformedFrame(
        "frame body of " + length + " bytes, at most " + maxBody + " are allowed");
  }
}
