package io.vpccni.netprog.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One message from the kernel.
 *
 * @param port of the socket whose request caused it; 0 for the kernel itself
 * @param payload what follows the header
 */
record Reply(int type, int flags, int sequence, int port, ByteBuffer payload) {
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;

  private static final int NLM_F_DUMP_INTR = 0x10;
  private static final int NLM_F_CAPPED = 0x100;
  private static final int NLM_F_ACK_TLVS = 0x200;
  private static final int NLMSGERR_ATTR_MSG = 1;

  /**
   * The messages of one datagram.
   *
   * @throws Malformed if a length points outside
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
      // A copy: the buffer is used again for the next datagram.
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

  /** Whether this closes the answer: an acknowledgement, an error or the end of a dump. */
  boolean last() {
    return type == NLMSG_ERROR || type == NLMSG_DONE;
  }

  /** 0 for an acknowledgement. */
  int errno() {
    return payload.remaining() < 4 ? 0 : -payload.getInt(0);
  }

  /** The kernel's own words about an error; empty where it gave none. */
  String text() {
    // A dump's end has the attributes after the number, an error after the request's header, which
    // is followed by the request itself unless that was left out.
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

  /** The payload after a fixed header, as attributes. */
  AttrView attributes(int headerSize) {
    if (payload.limit() < headerSize) {
      throw new Malformed("message " + type + " has " + payload.limit() + " bytes");
    }
    return AttrView.read(payload.slice(headerSize, payload.limit() - headerSize));
  }
}
