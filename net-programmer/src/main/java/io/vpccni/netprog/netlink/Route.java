package io.vpccni.netprog.netlink;

import io.vpccni.netprog.netlink.Part.Attr;
import io.vpccni.netprog.netlink.Part.Bytes;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Describes a unicast route over one link.
 *
 * @param metric 0 for none, in which case the kernel gives IPv6 routes 1024
 * @param source preferred source address
 * @param special whether the route has anything that these fields do not express (several next
 *     hops, encapsulation, another type and so on); such a route is never ours
 */
public record Route(
    Cidr to,
    Optional<Ip> via,
    int link,
    int table,
    int scope,
    int protocol,
    int metric,
    Optional<Ip> source,
    boolean special) {
  /** The kernel gives every IPv6 route a metric, and none of them a scope. */
  public Route {
    if (to.v6()) {
      metric = metric == 0 ? IPV6_METRIC : metric;
      scope = UNIVERSE;
    }
  }

  public static final int MAIN = 254;
  public static final int LOCAL = 255;

  public static final int UNIVERSE = 0;
  public static final int LINK = 253;

  /** RTPROT_KERNEL: the kernel made the route by itself. */
  public static final int KERNEL = 2;

  /** A plain {@code ip route add} uses RTPROT_BOOT, which {@code ip route} does not show. */
  public static final int BOOT = 3;

  /** Larger table numbers do not fit in the header and have an attribute of their own. */
  static final int LARGEST_IN_HEADER = 255;

  private static final int IPV6_METRIC = 1024;

  static final int RTM_NEWROUTE = 24;
  static final int RTM_DELROUTE = 25;
  private static final int RTM_GETROUTE = 26;
  private static final int RTMSG = 12;
  private static final int RTN_UNICAST = 1;
  private static final int RTM_F_CLONED = 0x200;
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RTA_GATEWAY = 5;
  private static final int RTA_PRIORITY = 6;
  private static final int RTA_PREFSRC = 7;
  private static final int RTA_TABLE = 15;

  /**
   * None of our routes has the attributes RTA_SRC, IIF, METRICS, MULTIPATH, FLOW, MARK, VIA,
   * ENCAP_TYPE, ENCAP and NH_ID.
   */
  private static final List<Integer> SPECIAL = List.of(2, 3, 8, 9, 11, 16, 18, 21, 22, 30);

  /**
   * Describes a route to an address or block that is on the link itself: {@code TO dev LINK scope
   * link table TABLE}.
   */
  public static Route onLink(Cidr to, int link, int table) {
    boolean v6 = to.v6();
    return new Route(
        to,
        Optional.empty(),
        link,
        table,
        v6 ? UNIVERSE : LINK,
        BOOT,
        v6 ? IPV6_METRIC : 0,
        Optional.empty(),
        false);
  }

  /** Describes a route through a gateway: {@code TO via VIA dev LINK table TABLE}. */
  public static Route through(Cidr to, Ip via, int link, int table) {
    return new Route(
        to,
        Optional.of(via),
        link,
        table,
        UNIVERSE,
        BOOT,
        to.v6() ? IPV6_METRIC : 0,
        Optional.empty(),
        false);
  }

  /** Returns the same route with {@code src PREFERRED}. */
  public Route withSource(Ip preferred) {
    return new Route(
        to, via, link, table, scope, protocol, metric, Optional.of(preferred), special);
  }

  /**
   * Returns this route without the field that does not influence where packets go, its protocol.
   */
  public Route key() {
    return new Route(to, via, link, table, scope, 0, metric, source, special);
  }

  /**
   * Equals {@code ip route replace}: it replaces another route to the same block in the same table.
   */
  public Request replace() {
    return change(RTM_NEWROUTE, Request.NLM_F_CREATE | Request.NLM_F_REPLACE, "ip route replace ");
  }

  /** Equals {@code ip route del}; a missing route is no error. */
  public Request delete() {
    return change(RTM_DELROUTE, 0, "ip route del ").tolerating(Errno.ESRCH);
  }

  private Request change(int type, int flags, String words) {
    var body = new ArrayList<Part>(List.of(header(type)));
    if (to.prefix() > 0) {
      body.add(Attr.ip(RTA_DST, to.network()));
    }
    via.ifPresent(ip -> body.add(Attr.ip(RTA_GATEWAY, ip)));
    if (table > LARGEST_IN_HEADER) {
      body.add(Attr.u32(RTA_TABLE, table));
    }
    source.ifPresent(ip -> body.add(Attr.ip(RTA_PREFSRC, ip)));
    if (metric != 0) {
      body.add(Attr.u32(RTA_PRIORITY, metric));
    }
    if (link != 0) {
      body.add(Attr.u32(RTA_OIF, link));
    }
    return new Request(type, flags, new Part.All(body), () -> words + this);
  }

  /**
   * Equals {@code ip route show table all}. It leaves out routes that the kernel only caches, and
   * those of other families, which a kernel without IPv6 lists when it is asked for IPv6.
   */
  public static List<Route> list(NetlinkSocket socket, boolean v6) throws NetlinkFailed {
    return socket.dump(
        new Request(
            RTM_GETROUTE,
            Request.NLM_F_DUMP,
            new Bytes(Part.struct(RTMSG).put(0, Address.family(v6)).array()),
            () -> (v6 ? "ip -6" : "ip -4") + " route show table all"),
        reply -> read(reply).filter(route -> route.to().v6() == v6));
  }

  static Optional<Route> read(Reply reply) {
    if (reply.type() != RTM_NEWROUTE && reply.type() != RTM_DELROUTE) {
      return Optional.empty();
    }
    var in = reply.payload();
    var attributes = reply.attributes(RTMSG);
    boolean v6 = in.get(0) == Address.family(true);
    if ((!v6 && in.get(0) != Address.family(false)) || (in.getInt(8) & RTM_F_CLONED) != 0) {
      return Optional.empty();
    }
    var any = v6 ? Ip.v6(0, 0) : Ip.v4(0);
    boolean special =
        in.get(2) != 0
            || in.get(3) != 0
            || in.get(7) != RTN_UNICAST
            || SPECIAL.stream().anyMatch(attributes::has);
    return Optional.of(
        new Route(
            block(attributes.ip(RTA_DST).orElse(any), in.get(1) & 0xff),
            attributes.ip(RTA_GATEWAY),
            attributes.u32(RTA_OIF, 0),
            attributes.u32(RTA_TABLE, in.get(4) & 0xff),
            in.get(6) & 0xff,
            in.get(5) & 0xff,
            attributes.u32(RTA_PRIORITY, 0),
            attributes.ip(RTA_PREFSRC),
            special));
  }

  static Cidr block(Ip ip, int prefix) {
    if (prefix > ip.bits()) {
      throw new Malformed("prefix length " + prefix + " of " + ip);
    }
    return new Cidr(ip, prefix);
  }

  /**
   * Writes struct rtmsg (linux/rtnetlink.h): 0 rtm_family u8, 1 rtm_dst_len u8, 2 rtm_src_len u8, 3
   * rtm_tos u8, 4 rtm_table u8, 5 rtm_protocol u8, 6 rtm_scope u8, 7 rtm_type u8, 8 rtm_flags u32.
   */
  private Bytes header(int type) {
    return new Bytes(
        Part.struct(RTMSG)
            .put(Address.family(to.v6()))
            .put((byte) to.prefix())
            .put((byte) 0)
            .put((byte) 0)
            .put((byte) (table > LARGEST_IN_HEADER ? 0 : table))
            .put((byte) (type == RTM_NEWROUTE ? protocol : 0))
            .put((byte) scope)
            .put((byte) (type == RTM_NEWROUTE ? RTN_UNICAST : 0))
            .putInt(0)
            .array());
  }

  @Override
  public String toString() {
    return to
        + via.map(ip -> " via " + ip).orElse("")
        + " dev "
        + link
        + " table "
        + table
        + source.map(ip -> " src " + ip).orElse("");
  }
}
