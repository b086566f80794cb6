package io.vpccni.netprog.netlink;

import io.vpccni.netprog.netlink.Part.Attr;
import io.vpccni.netprog.netlink.Part.Bytes;
import java.util.List;

/**
 * The number by which one network namespace knows another: links say by it where their other end
 * is. The kernel gives it when it first has to tell of such a link.
 */
public final class NetnsId {
  /** Of no other namespace: none was given, or it is the asking one. */
  public static final int SAME = -1;

  private static final int RTM_NEWNSID = 88;
  private static final int RTM_GETNSID = 90;
  private static final int NETNSA_NSID = 1;
  private static final int NETNSA_FD = 3;

  /** struct rtgenmsg, padded. */
  private static final int RTGENMSG = 4;

  private NetnsId() {}

  /**
   * What the socket's namespace calls the other one.
   *
   * @param namespace an open file of it
   * @return {@link #SAME} while it has no name for it
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
