package io.vpccni.netprog.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds one message from the kernel.
 *
 * @param port port of the socket whose request caused it; 0 for the kernel itself
 * @param payload the bytes after the header
 */
record Reply(int type, int flags, int sequence, int port, ByteBuffer payload) {
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;

  private static final int NLM_F_DUMP_INTR = 0x10;
  private static final int NLM_F_CAPPED = 0x100;
  private static final int NLM_F_ACK_TLVS = 0x200;
  private static final int NLMSGERR_ATTR_MSG = 1;

  /**
   * Splits a datagram into messages. struct nlmsghdr (linux/netlink.h) is 0 nlmsg_len u32, 4
   * nlmsg_type u16, 6 nlmsg_flags u16, 8 nlmsg_seq u32, 12 nlmsg_pid u32.
   *
   * @throws Malformed if a length points outside of the datagram
   */
  static List<Reply> read(ByteBuffer datagram) {
    var replies = new ArrayList<Reply>();
    var in = datagram.order(ByteOrder.nativeOrder());
    while (in.remaining() > 0) {
      if (in.remaining() < Request.HEADER) {
        throw new Malformed("a message of " + in.remaining() + " bytes");
      }
      int at = in.position();
      int length = in.getInt(at);
      if (length < Request.HEADER || length > in.remaining()) {
        throw new Malformed("message length " + length + " of " + in.remaining());
      }
      // The payload is copied, because the buffer is reused for the next datagram.
      var payload = Part.struct(length - Request.HEADER);
      payload.put(0, in, at + Request.HEADER, length - Request.HEADER);
      replies.add(
          new Reply(
              Short.toUnsignedInt(in.getShort(at + 4)),
              Short.toUnsignedInt(in.getShort(at + 6)),
              in.getInt(at + 8),
              in.getInt(at + 12),
              payload));
      in.position(Math.min(at + Part.align(length), in.limit()));
    }
    return replies;
  }

  boolean interrupted() {
    return (flags & NLM_F_DUMP_INTR) != 0;
  }

  /**
   * Tells whether this message completes an answer, as an acknowledgement, an error or the end of a
   * dump does.
   */
  boolean last() {
    return type == NLMSG_ERROR || type == NLMSG_DONE;
  }

  /** Returns the error number, or 0 for an acknowledgement. */
  int errno() {
    return payload.remaining() < 4 ? 0 : -payload.getInt(0);
  }

  /** Returns the kernel's extended error message, or an empty text if it gave none. */
  String text() {
    // At the end of a dump the attributes follow the error number; in an error they follow the
    // request's header, which the rest of the request follows unless it was left out.
    int at = type == NLMSG_DONE ? 4 : 4 + Request.HEADER;
    if ((flags & NLM_F_ACK_TLVS) == 0 || payload.limit() < at) {
      return "";
    }
    if (type == NLMSG_ERROR && (flags & NLM_F_CAPPED) == 0) {
      at = 4 + Part.align(payload.getInt(4));
    }
    if (at < 0 || at > payload.limit()) {
      return "";
    }
    return AttrView.read(payload.slice(at, payload.limit() - at))
        .text(NLMSGERR_ATTR_MSG)
        .orElse("");
  }

  /** Returns the attributes that follow a fixed header of that size. */
  AttrView attributes(int headerSize) {
    if (payload.limit() < headerSize) {
      throw new Malformed("message " + type + " has " + payload.limit() + " bytes");
    }
    return AttrView.read(payload.slice(headerSize, payload.limit() - headerSize));
  }
}
