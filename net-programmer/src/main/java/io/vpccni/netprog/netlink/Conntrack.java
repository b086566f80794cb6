package io.vpccni.netprog.netlink;

import io.vpccni.netprog.netlink.Connection.Protocol;
import io.vpccni.netprog.netlink.Part.Attr;
import io.vpccni.netprog.netlink.Part.Bytes;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.rpc.address.Ip;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Edits the connection tracking table, as {@code conntrack -D} and {@code conntrack -I} do. The
 * attributes are those of linux/netfilter/nfnetlink_conntrack.h.
 */
public final class Conntrack {
  private static final int SUBSYSTEM = 1 << 8;
  private static final int IPCTNL_MSG_CT_NEW = SUBSYSTEM;
  private static final int IPCTNL_MSG_CT_GET = SUBSYSTEM | 1;
  private static final int IPCTNL_MSG_CT_DELETE = SUBSYSTEM | 2;
  private static final int CTA_TUPLE_ORIG = 1;
  private static final int CTA_TUPLE_REPLY = 2;
  private static final int CTA_TUPLE_IP = 1;
  private static final int CTA_IP_V4_SRC = 1;
  private static final int CTA_IP_V4_DST = 2;
  private static final int CTA_IP_V6_SRC = 3;
  private static final int CTA_IP_V6_DST = 4;
  private static final int CTA_FILTER = 25;
  private static final int CTA_FILTER_ORIG_FLAGS = 1;
  private static final int CTA_FILTER_REPLY_FLAGS = 2;
  private static final int CTA_FILTER_F_CTA_IP_SRC = 1;
  private static final int NFGENMSG = 4;

  /** NLA_F_NESTED marks an attribute that holds attributes. */
  private static final int NESTED = 0x8000;

  private static final int CTA_STATUS = 3;
  private static final int CTA_PROTOINFO = 4;
  private static final int CTA_TIMEOUT = 7;
  private static final int CTA_TUPLE_PROTO = 2;
  private static final int CTA_PROTO_NUM = 1;
  private static final int CTA_PROTO_SRC_PORT = 2;
  private static final int CTA_PROTO_DST_PORT = 3;
  private static final int CTA_PROTOINFO_TCP = 1;
  private static final int CTA_PROTOINFO_TCP_STATE = 1;
  private static final int CTA_PROTOINFO_TCP_FLAGS_ORIGINAL = 4;
  private static final int CTA_PROTOINFO_TCP_FLAGS_REPLY = 5;
  private static final int TCP_CONNTRACK_ESTABLISHED = 3;

  /**
   * Combines IP_CT_TCP_FLAG_BE_LIBERAL, because nobody knows the window of a connection that began
   * earlier, and IP_CT_TCP_FLAG_SACK_PERM; {@code conntrack -I} sets both. Value and mask are the
   * same.
   */
  private static final byte LIBERAL = 8 | 2;

  /**
   * Combines IPS_SEEN_REPLY, IPS_ASSURED and IPS_CONFIRMED: it is settled that this connection is
   * not translated.
   */
  private static final int DECIDED = 2 | 4 | 8;

  /**
   * The kernel itself gives established TCP connections this timeout, which the next packet sets
   * again.
   */
  private static final int FIVE_DAYS_IN_SECONDS = 432_000;

  /** The kernel itself gives answered UDP flows this timeout, which the next packet sets again. */
  private static final int TWO_MINUTES_IN_SECONDS = 120;

  private Conntrack() {}

  /**
   * Registers connections that began before the kernel tracked any, so that no rule made later
   * translates them. Those that the kernel knows already stay as they are.
   *
   * @param socket a socket of {@link NetlinkSocket#NETFILTER}
   * @return the number of connections that were new
   */
  public static int remember(NetlinkSocket socket, List<Connection> connections)
      throws NetlinkFailed {
    var outcomes = socket.run(connections.stream().map(Conntrack::creation).toList());
    return (int) outcomes.stream().filter(Outcome::done).count();
  }

  static Request creation(Connection connection) {
    var body = new ArrayList<Part>();
    body.add(header(connection.local().v6(), 0));
    body.add(
        tuple(
            CTA_TUPLE_ORIG,
            connection.protocol(),
            connection.local(),
            connection.localPort(),
            connection.remote(),
            connection.remotePort()));
    body.add(
        tuple(
            CTA_TUPLE_REPLY,
            connection.protocol(),
            connection.remote(),
            connection.remotePort(),
            connection.local(),
            connection.localPort()));
    body.add(Attr.bytes(CTA_STATUS, networkOrder(DECIDED)));
    switch (connection.protocol()) {
      case TCP -> {
        body.add(Attr.bytes(CTA_TIMEOUT, networkOrder(FIVE_DAYS_IN_SECONDS)));
        body.add(established());
      }
      case UDP -> body.add(Attr.bytes(CTA_TIMEOUT, networkOrder(TWO_MINUTES_IN_SECONDS)));
    }
    return new Request(
            IPCTNL_MSG_CT_NEW,
            Request.NLM_F_CREATE | Request.NLM_F_EXCL,
            new Part.All(body),
            () -> "conntrack -I of " + connection)
        .tolerating(Errno.EEXIST);
  }

  private static Attr established() {
    var liberal = new byte[] {LIBERAL, LIBERAL};
    return Attr.nestMarked(
        CTA_PROTOINFO,
        Attr.nestMarked(
            CTA_PROTOINFO_TCP,
            Attr.u8(CTA_PROTOINFO_TCP_STATE, TCP_CONNTRACK_ESTABLISHED),
            Attr.bytes(CTA_PROTOINFO_TCP_FLAGS_ORIGINAL, liberal),
            Attr.bytes(CTA_PROTOINFO_TCP_FLAGS_REPLY, liberal)));
  }

  private static Attr tuple(
      int direction, Protocol protocol, Ip from, int fromPort, Ip to, int toPort) {
    return Attr.nestMarked(
        direction,
        Attr.nestMarked(
            CTA_TUPLE_IP,
            Attr.ip(from.v6() ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, from),
            Attr.ip(to.v6() ? CTA_IP_V6_DST : CTA_IP_V4_DST, to)),
        Attr.nestMarked(
            CTA_TUPLE_PROTO,
            Attr.u8(CTA_PROTO_NUM, protocol.number()),
            Attr.bytes(CTA_PROTO_SRC_PORT, port(fromPort)),
            Attr.bytes(CTA_PROTO_DST_PORT, port(toPort))));
  }

  private static byte[] port(int number) {
    return new byte[] {(byte) (number >>> 8), (byte) number};
  }

  private static byte[] networkOrder(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /**
   * Deletes the connections that these addresses opened and those that lead to them, translated or
   * not.
   *
   * @param socket a socket of {@link NetlinkSocket#NETFILTER}
   */
  public static void forget(NetlinkSocket socket, List<Ip> addresses) throws NetlinkFailed {
    var batch =
        addresses.stream()
            .flatMap(ip -> List.of(flush(ip, CTA_TUPLE_ORIG), flush(ip, CTA_TUPLE_REPLY)).stream())
            .toList();
    for (var outcome : socket.exchange(batch)) {
      if (!outcome.acceptable()) {
        // Kernels before 6.8 can only delete connections one by one.
        oneByOne(socket, addresses);
        return;
      }
    }
  }

  /**
   * Deletes all connections whose source in that direction is the address; the kernel does the
   * matching (since Linux 6.8).
   */
  private static Request flush(Ip ip, int direction) {
    return new Request(
            IPCTNL_MSG_CT_DELETE,
            0,
            Part.all(
                header(ip.v6(), 1),
                Attr.nestMarked(
                    direction,
                    Attr.nestMarked(
                        CTA_TUPLE_IP, Attr.ip(ip.v6() ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, ip))),
                Attr.nestMarked(
                    CTA_FILTER,
                    Attr.u32(
                        CTA_FILTER_ORIG_FLAGS,
                        direction == CTA_TUPLE_ORIG ? CTA_FILTER_F_CTA_IP_SRC : 0),
                    Attr.u32(
                        CTA_FILTER_REPLY_FLAGS,
                        direction == CTA_TUPLE_REPLY ? CTA_FILTER_F_CTA_IP_SRC : 0))),
            () -> "conntrack -D of " + ip)
        .tolerating(Errno.ENOENT);
  }

  private static void oneByOne(NetlinkSocket socket, List<Ip> addresses) throws NetlinkFailed {
    for (var v6 : List.of(false, true)) {
      if (addresses.stream().noneMatch(ip -> ip.v6() == v6)) {
        continue;
      }
      var deletions =
          socket.dump(all(v6), reply -> concerning(reply, addresses)).stream()
              .map(tuple -> deletion(v6, tuple))
              .toList();
      if (!deletions.isEmpty()) {
        var _ = socket.run(deletions);
      }
    }
  }

  static Request all(boolean v6) {
    return new Request(IPCTNL_MSG_CT_GET, Request.NLM_F_DUMP, header(v6, 0), () -> "conntrack -L");
  }

  /**
   * Deletes one connection.
   *
   * @param tuple its original tuple
   */
  static Request deletion(boolean v6, byte[] tuple) {
    return new Request(
            IPCTNL_MSG_CT_DELETE,
            0,
            Part.all(header(v6, 0), Attr.bytes(CTA_TUPLE_ORIG | NESTED, tuple)),
            () -> "conntrack -D of one connection")
        .tolerating(Errno.ENOENT);
  }

  /**
   * Returns the connection's original tuple if its source in either direction is one of the
   * addresses.
   */
  static Optional<byte[]> concerning(Reply reply, List<Ip> addresses) {
    if (reply.type() != IPCTNL_MSG_CT_NEW) {
      return Optional.empty();
    }
    var attributes = reply.attributes(NFGENMSG);
    boolean concerned =
        List.of(CTA_TUPLE_ORIG, CTA_TUPLE_REPLY).stream()
            .flatMap(direction -> attributes.nest(direction).stream())
            .flatMap(tuple -> tuple.nest(CTA_TUPLE_IP).stream())
            .flatMap(ip -> ip.ip(CTA_IP_V4_SRC).or(() -> ip.ip(CTA_IP_V6_SRC)).stream())
            .anyMatch(addresses::contains);
    return concerned ? attributes.bytes(CTA_TUPLE_ORIG) : Optional.empty();
  }

  /**
   * Writes struct nfgenmsg (linux/netfilter/nfnetlink.h): 0 nfgen_family u8, 1 version u8, 2 res_id
   * be16.
   *
   * @param version 1 makes the kernel consider the family when it deletes many
   */
  private static Bytes header(boolean v6, int version) {
    return new Bytes(new byte[] {Address.family(v6), (byte) version, 0, 0});
  }
}
