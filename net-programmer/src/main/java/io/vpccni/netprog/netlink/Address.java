package io.vpccni.netprog.netlink;

import io.vpccni.netprog.netlink.Part.Attr;
import io.vpccni.netprog.netlink.Part.Bytes;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Describes an address of a link.
 *
 * @param link index of the link
 * @param prefix prefix length
 * @param scope {@link Route#UNIVERSE} or {@link Route#LINK}
 */
public record Address(int link, Ip ip, int prefix, int scope) {
  static final int RTM_NEWADDR = 20;
  static final int RTM_DELADDR = 21;
  private static final int RTM_GETADDR = 22;
  private static final int IFADDRMSG = 8;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_BROADCAST = 4;
  private static final int IFA_F_NODAD = 2;

  /**
   * Equals {@code ip address add IP/PREFIX dev LINK}. An IPv6 address is usable at once ({@code
   * nodad}): nobody else can have it, so nobody has to be asked.
   */
  public Request add() {
    var body = new ArrayList<Part>(List.of(header(ip.v6() ? IFA_F_NODAD : 0)));
    body.add(Attr.ip(IFA_LOCAL, ip));
    if (!ip.v6() && prefix < 31 && scope == Route.UNIVERSE) {
      var block = new Cidr(ip, prefix);
      body.add(Attr.ip(IFA_BROADCAST, block.address(block.size() - 1)));
    }
    body.add(Attr.ip(IFA_ADDRESS, ip));
    return new Request(
        RTM_NEWADDR,
        Request.NLM_F_CREATE | Request.NLM_F_EXCL,
        new Part.All(body),
        () -> "ip address add " + this);
  }

  /** Equals {@code ip address del IP/PREFIX dev LINK}. */
  public Request delete() {
    return new Request(
        RTM_DELADDR,
        0,
        Part.all(header(0), Attr.ip(IFA_LOCAL, ip), Attr.ip(IFA_ADDRESS, ip)),
        () -> "ip address del " + this);
  }

  /**
   * Equals {@code ip address show}, for one family. A kernel without IPv6 lists the addresses of
   * all other families when it is asked for IPv6, hence the filter.
   */
  public static List<Address> list(NetlinkSocket socket, boolean v6) throws NetlinkFailed {
    return socket.dump(
        new Request(
            RTM_GETADDR,
            Request.NLM_F_DUMP,
            new Bytes(Part.struct(IFADDRMSG).put(0, family(v6)).array()),
            () -> v6 ? "ip -6 address" : "ip -4 address"),
        reply -> read(reply).filter(address -> address.ip().v6() == v6));
  }

  static Optional<Address> read(Reply reply) {
    if (reply.type() != RTM_NEWADDR && reply.type() != RTM_DELADDR) {
      return Optional.empty();
    }
    var attributes = reply.attributes(IFADDRMSG);
    var payload = reply.payload();
    // On a point-to-point link IFA_ADDRESS is the other side.
    return attributes
        .ip(IFA_LOCAL)
        .or(() -> attributes.ip(IFA_ADDRESS))
        .map(
            ip -> new Address(payload.getInt(4), ip, payload.get(1) & 0xff, payload.get(3) & 0xff));
  }

  /** Returns AF_INET6 (10) or AF_INET (2). */
  static byte family(boolean v6) {
    return (byte) (v6 ? 10 : 2);
  }

  /**
   * Writes struct ifaddrmsg (linux/if_addr.h): 0 ifa_family u8, 1 ifa_prefixlen u8, 2 ifa_flags u8,
   * 3 ifa_scope u8, 4 ifa_index u32.
   */
  private Bytes header(int flags) {
    return new Bytes(
        Part.struct(IFADDRMSG)
            .put(family(ip.v6()))
            .put((byte) prefix)
            .put((byte) flags)
            .put((byte) scope)
            .putInt(link)
            .array());
  }

  @Override
  public String toString() {
    return ip + "/" + prefix + " dev " + link;
  }
}
