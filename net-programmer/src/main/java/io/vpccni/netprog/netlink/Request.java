package io.vpccni.netprog.netlink;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Holds one message to the kernel that has no sequence number yet.
 *
 * @param flags NLM_F_* besides REQUEST and ACK, which the socket adds
 * @param tolerated error numbers that mean the desired state is already reached
 * @param what the equivalent {@code ip} command, for error messages
 */
public record Request(
    int type, int flags, Part body, Set<Integer> tolerated, Supplier<String> what) {
  static final int HEADER = 16;

  static final int NLM_F_REQUEST = 1;
  static final int NLM_F_ACK = 4;
  static final int NLM_F_DUMP = 0x300;
  static final int NLM_F_REPLACE = 0x100;
  static final int NLM_F_EXCL = 0x200;
  static final int NLM_F_CREATE = 0x400;

  Request(int type, int flags, Part body, Supplier<String> what) {
    this(type, flags, body, Set.of(), what);
  }

  /** Returns the same request, for which these error numbers count as success. */
  public Request tolerating(Integer... errnos) {
    return new Request(type, flags, body, Set.of(errnos), what);
  }

  boolean isDump() {
    return (flags & NLM_F_DUMP) == NLM_F_DUMP;
  }

  int size() {
    return HEADER + body.size();
  }

  /**
   * Writes struct nlmsghdr (linux/netlink.h) and the body: 0 nlmsg_len u32, 4 nlmsg_type u16, 6
   * nlmsg_flags u16, 8 nlmsg_seq u32, 12 nlmsg_pid u32. All bodies are multiples of four bytes.
   */
  void write(ByteBuffer out, int sequence) {
    int ack = isDump() ? 0 : NLM_F_ACK;
    out.putInt(size())
        .putShort((short) type)
        .putShort((short) (flags | NLM_F_REQUEST | ack))
        .putInt(sequence)
        .putInt(0);
    body.write(out);
  }

  @Override
  public String toString() {
    return what.get();
  }
}
