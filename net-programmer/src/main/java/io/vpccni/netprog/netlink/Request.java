package io.vpccni.netprog.netlink;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One message to the kernel, not yet numbered.
 *
 * @param flags NLM_F_* beside REQUEST and ACK, which the socket sets
 * @param tolerated error numbers that mean the desired is already fulfilled
 * @param what the same as words of {@code ip}, for errors
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

  /** The same, but these errors are success. */
  public Request tolerating(Integer... errnos) {
    return new Request(type, flags, body, Set.of(errnos), what);
  }

  boolean isDump() {
    return (flags & NLM_F_DUMP) == NLM_F_DUMP;
  }

  int size() {
    return HEADER + body.size();
  }

  /** struct nlmsghdr and the body; all bodies are whole multiples of 4 bytes. */
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
