package io.vpccni.netprog.netlink;

import io.vpccni.netprog.netlink.Part.Attr;
import io.vpccni.netprog.netlink.Part.Bytes;
import java.util.List;

/**
 * Reads the number by which one network namespace refers to another: a link names the namespace of
 * its peer by it. The kernel assigns it when it first has to report such a link.
 */
public final class NetnsId {
  /**
   * No other namespace has this number: none was assigned, or the link is in the asking namespace
   * itself.
   */
  public static final int SAME = -1;

  private static final int RTM_NEWNSID = 88;
  private static final int RTM_GETNSID = 90;
  private static final int NETNSA_NSID = 1;
  private static final int NETNSA_FD = 3;

  /** struct rtgenmsg (linux/rtnetlink.h) is one byte, 0 rtgen_family u8, and padded to four. */
  private static final int RTGENMSG = 4;

  private NetnsId() {}

  /**
   * Returns the socket's namespace's number for the other one, as {@code ip netns list-id} shows
   * it.
   *
   * @param namespace an open file of the other namespace
   * @return {@link #SAME} while no number is assigned
   */
  public static int of(NetlinkSocket socket, int namespace) throws NetlinkFailed {
    var outcome = socket.run(List.of(get(namespace))).getFirst();
    return outcome.data().stream()
        .filter(reply -> reply.type() == RTM_NEWNSID)
        .mapToInt(NetnsId::read)
        .findFirst()
        .orElse(SAME);
  }

  static int read(Reply reply) {
    return reply.attributes(RTGENMSG).u32(NETNSA_NSID, SAME);
  }

  static Request get(int namespace) {
    return new Request(
        RTM_GETNSID,
        0,
        Part.all(new Bytes(new byte[RTGENMSG]), Attr.u32(NETNSA_FD, namespace)),
        () -> "ip netns list-id target-nsid of open file " + namespace);
  }
}
