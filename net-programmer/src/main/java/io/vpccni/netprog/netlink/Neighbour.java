package io.vpccni.netprog.netlink;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.netlink.Part.Attr;
import io.vpccni.netprog.netlink.Part.Bytes;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;

/** Describes a permanent entry of the neighbour table (ARP, or ND for IPv6). */
public record Neighbour(int link, Ip ip, Mac mac) {
  private static final int RTM_NEWNEIGH = 28;
  private static final int RTM_DELNEIGH = 29;
  private static final int RTM_GETNEIGH = 30;
  private static final int NDMSG = 12;
  private static final int NUD_PERMANENT = 0x80;
  private static final int NDA_DST = 1;
  private static final int NDA_LLADDR = 2;

  /**
   * Equals {@code ip neigh replace IP lladdr MAC dev LINK nud permanent}: it replaces whatever is
   * known about that address.
   */
  public Request replace() {
    return new Request(
        RTM_NEWNEIGH,
        Request.NLM_F_CREATE | Request.NLM_F_REPLACE,
        Part.all(header(), Attr.ip(NDA_DST, ip), Attr.bytes(NDA_LLADDR, mac.bytes())),
        () -> "ip neigh replace " + this);
  }

  /** Equals {@code ip neigh del IP dev LINK}. */
  public Request delete() {
    return new Request(
        RTM_DELNEIGH, 0, Part.all(header(), Attr.ip(NDA_DST, ip)), () -> "ip neigh del " + this);
  }

  /** Equals {@code ip neigh show nud permanent}. */
  public static List<Neighbour> list(NetlinkSocket socket, boolean v6) throws NetlinkFailed {
    return socket.dump(
        new Request(
            RTM_GETNEIGH,
            Request.NLM_F_DUMP,
            new Bytes(Part.struct(NDMSG).put(0, Address.family(v6)).array()),
            () -> v6 ? "ip -6 neigh" : "ip -4 neigh"),
        reply -> read(reply).filter(neighbour -> neighbour.ip().v6() == v6));
  }

  static Optional<Neighbour> read(Reply reply) {
    if (reply.type() != RTM_NEWNEIGH && reply.type() != RTM_DELNEIGH) {
      return Optional.empty();
    }
    var attributes = reply.attributes(NDMSG);
    if ((reply.payload().getShort(8) & NUD_PERMANENT) == 0) {
      return Optional.empty();
    }
    var mac = attributes.bytes(NDA_LLADDR).filter(bytes -> bytes.length == 6).map(Mac::of);
    return attributes
        .ip(NDA_DST)
        .flatMap(ip -> mac.map(known -> new Neighbour(reply.payload().getInt(4), ip, known)));
  }

  /**
   * Writes struct ndmsg (linux/neighbour.h): 0 ndm_family u8, 4 ndm_ifindex s32, 8 ndm_state u16,
   * 10 ndm_flags u8, 11 ndm_type u8.
   */
  private Bytes header() {
    return new Bytes(
        Part.struct(NDMSG)
            .put(Address.family(ip.v6()))
            .put((byte) 0)
            .putShort((short) 0)
            .putInt(link)
            .putShort((short) NUD_PERMANENT)
            .putShort((short) 0)
            .array());
  }

  @Override
  public String toString() {
    return ip + " lladdr " + mac + " dev " + link + " nud permanent";
  }
}
