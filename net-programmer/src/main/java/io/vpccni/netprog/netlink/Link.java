package io.vpccni.netprog.netlink;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.netlink.Part.Attr;
import io.vpccni.netprog.netlink.Part.Bytes;
import io.vpccni.netprog.syscall.Errno;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Describes a network interface.
 *
 * @param peer for a veth, the index of its other end in that one's namespace; for a VLAN, the index
 *     of the link below; otherwise 0
 * @param peerNamespace the number of that namespace, or {@link NetnsId#SAME} for this one
 * @param master index of the bridge or bond that the link is a port of; otherwise 0
 * @param kind {@code veth}, {@code vlan} and so on; empty for hardware
 */
public record Link(
    int index,
    String name,
    Optional<Mac> mac,
    int mtu,
    boolean up,
    int peer,
    int peerNamespace,
    int master,
    String kind) {
  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  private static final int RTM_GETLINK = 18;
  private static final int IFINFOMSG = 16;
  private static final int IFF_UP = 1;

  private static final int IFLA_ADDRESS = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_LINK = 5;
  private static final int IFLA_MASTER = 10;
  private static final int IFLA_TXQLEN = 13;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_AF_SPEC = 26;
  private static final int IFLA_GROUP = 27;
  private static final int IFLA_NET_NS_FD = 28;
  private static final int IFLA_EXT_MASK = 29;
  private static final int IFLA_LINK_NETNSID = 37;
  private static final int RTEXT_FILTER_SKIP_STATS = 8;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFLA_INFO_DATA = 2;
  private static final int VETH_INFO_PEER = 1;
  private static final int IFLA_VLAN_ID = 1;
  private static final int AF_INET6 = 10;
  private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
  private static final int EUI64 = 0;

  public boolean isVeth() {
    return kind.equals("veth");
  }

  /**
   * This is one end of a veth pair that is to be made.
   *
   * @param mac if it is empty, the kernel chooses one
   */
  public record End(String name, Optional<Mac> mac) {
    private List<Attr> attributes(int mtu) {
      var attributes = new ArrayList<Attr>();
      mac.ifPresent(value -> attributes.add(Attr.bytes(IFLA_ADDRESS, value.bytes())));
      attributes.add(Attr.u32(IFLA_MTU, mtu));
      // A queue length of 0, because packets between the two ends never wait.
      attributes.add(Attr.u32(IFLA_TXQLEN, 0));
      attributes.add(Attr.text(IFLA_IFNAME, name));
      return attributes;
    }
  }

  /**
   * Equals {@code ip link add HERE type veth peer name THERE netns OTHER}. Each end is created
   * directly in its namespace, so that no name ever shows in the wrong one. Both ends are down.
   * Their link-local addresses will follow from the MAC, whatever the namespace's own preference
   * is.
   *
   * @param otherNamespace an open file of the other end's namespace
   */
  public static Request createVeth(End here, End there, int otherNamespace, int mtu) {
    var peer = new ArrayList<Part>();
    peer.add(header(0, 0, 0));
    peer.addAll(there.attributes(mtu));
    peer.add(Attr.u32(IFLA_NET_NS_FD, otherNamespace));
    var body = new ArrayList<Part>();
    body.add(header(0, 0, 0));
    body.addAll(here.attributes(mtu));
    body.add(info("veth", Attr.nest(VETH_INFO_PEER, peer)));
    return new Request(
        RTM_NEWLINK,
        Request.NLM_F_CREATE | Request.NLM_F_EXCL,
        new Part.All(body),
        () -> "ip link add " + here.name() + " type veth peer name " + there.name());
  }

  private static Attr info(String kind, Attr own) {
    return Attr.nest(
        IFLA_LINKINFO,
        List.of(
            Attr.bytes(IFLA_INFO_KIND, kind.getBytes(StandardCharsets.US_ASCII)),
            Attr.nest(IFLA_INFO_DATA, List.of(own))));
  }

  /**
   * Equals {@code ip link add link PARENT name NAME type vlan id ID}. The link gets the parent's
   * MTU and is down.
   */
  public static Request createVlan(String name, int parent, int vlanId, Mac mac) {
    return new Request(
        RTM_NEWLINK,
        Request.NLM_F_CREATE | Request.NLM_F_EXCL,
        Part.all(
            header(0, 0, 0),
            Attr.bytes(IFLA_ADDRESS, mac.bytes()),
            Attr.u32(IFLA_LINK, parent),
            Attr.text(IFLA_IFNAME, name),
            info("vlan", Attr.u16(IFLA_VLAN_ID, vlanId))),
        () -> "ip link add link " + parent + " name " + name + " type vlan id " + vlanId);
  }

  /** Equals {@code ip link set LINK up}. */
  public static Request setUp(int index) {
    return new Request(
        RTM_NEWLINK,
        0,
        Part.all(header(index, IFF_UP, IFF_UP)),
        () -> "ip link set index " + index + " up");
  }

  /** Equals {@code ip link set LINK mtu MTU}. */
  public static Request setMtu(int index, int mtu) {
    return new Request(
        RTM_NEWLINK,
        0,
        Part.all(header(index, 0, 0), Attr.u32(IFLA_MTU, mtu)),
        () -> "ip link set index " + index + " mtu " + mtu);
  }

  /**
   * Equals {@code ip link set LINK addrgenmode eui64}: the link-local address of this link will
   * follow from its MAC.
   */
  public static Request setEui64(int index) {
    return new Request(
        RTM_NEWLINK,
        0,
        Part.all(
            header(index, 0, 0),
            Attr.nestMarked(
                IFLA_AF_SPEC, Attr.nestMarked(AF_INET6, Attr.u8(IFLA_INET6_ADDR_GEN_MODE, EUI64)))),
        () -> "ip link set index " + index + " addrgenmode eui64");
  }

  /** Equals {@code ip link set LINK group GROUP}. */
  public static Request setGroup(int index, int group) {
    return new Request(
        RTM_NEWLINK,
        0,
        Part.all(header(index, 0, 0), Attr.u32(IFLA_GROUP, group)),
        () -> "ip link set index " + index + " group " + group);
  }

  /** Equals {@code ip link del LINK}. */
  public static Request delete(int index) {
    return new Request(
        RTM_DELLINK, 0, Part.all(header(index, 0, 0)), () -> "ip link del index " + index);
  }

  /**
   * Equals {@code ip link del group GROUP}. All links of the group share one wait of the kernel for
   * its readers.
   */
  public static Request deleteGroup(int group) {
    return new Request(
        RTM_DELLINK,
        0,
        Part.all(header(0, 0, 0), Attr.u32(IFLA_GROUP, group)),
        () -> "ip link del group " + group);
  }

  /** Equals {@code ip link show NAME}. */
  public static Request byName(String name) {
    return new Request(
        RTM_GETLINK,
        0,
        Part.all(
            header(0, 0, 0),
            Attr.text(IFLA_IFNAME, name),
            Attr.u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS)),
        () -> "ip link show " + name);
  }

  /** Equals {@code ip link show}. */
  public static List<Link> list(NetlinkSocket socket) throws NetlinkFailed {
    return socket.dump(
        new Request(
            RTM_GETLINK,
            Request.NLM_F_DUMP,
            Part.all(header(0, 0, 0), Attr.u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS)),
            () -> "ip link"),
        Link::read);
  }

  /**
   * Returns the link that answers {@link #byName}, or nothing if there is none of that name.
   *
   * @throws NetlinkFailed if the kernel did not say: whoever took that for "none" would leave the
   *     link behind
   */
  public static Optional<Link> of(Outcome outcome) throws NetlinkFailed {
    if (!outcome.done() && outcome.errno() != Errno.ENODEV) {
      throw outcome.failure();
    }
    return outcome.data().stream().flatMap(reply -> read(reply).stream()).findFirst();
  }

  static Optional<Link> read(Reply reply) {
    if (reply.type() != RTM_NEWLINK && reply.type() != RTM_DELLINK) {
      return Optional.empty();
    }
    var attributes = reply.attributes(IFINFOMSG);
    return Optional.of(
        new Link(
            reply.payload().getInt(4),
            attributes.text(IFLA_IFNAME).orElse(""),
            attributes.bytes(IFLA_ADDRESS).filter(bytes -> bytes.length == 6).map(Mac::of),
            attributes.u32(IFLA_MTU, 0),
            (reply.payload().getInt(8) & IFF_UP) != 0,
            attributes.u32(IFLA_LINK, 0),
            attributes.u32(IFLA_LINK_NETNSID, NetnsId.SAME),
            attributes.u32(IFLA_MASTER, 0),
            attributes.nest(IFLA_LINKINFO).flatMap(info -> info.text(IFLA_INFO_KIND)).orElse("")));
  }

  /**
   * Writes struct ifinfomsg (linux/rtnetlink.h): 0 ifi_family u8, 2 ifi_type u16, 4 ifi_index s32,
   * 8 ifi_flags u32, 12 ifi_change u32.
   */
  private static Bytes header(int index, int flags, int change) {
    return new Bytes(
        Part.struct(IFINFOMSG).putInt(0).putInt(index).putInt(flags).putInt(change).array());
  }
}
