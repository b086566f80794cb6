package io.vpccni.netprog.netlink;

import io.vpccni.netprog.netlink.Part.Attr;
import io.vpccni.netprog.netlink.Part.Bytes;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;

/** Deletes what connection tracking remembers of an address, as {@code conntrack -D}. */
public final class Conntrack {
  private static final int SUBSYSTEM = 1 << 8;
  private static final int IPCTNL_MSG_CT_NEW = SUBSYSTEM;
  private static final int IPCTNL_MSG_CT_GET = SUBSYSTEM | 1;
  private static final int IPCTNL_MSG_CT_DELETE = SUBSYSTEM | 2;
  private static final int CTA_TUPLE_ORIG = 1;
  private static final int CTA_TUPLE_REPLY = 2;
  private static final int CTA_TUPLE_IP = 1;
  private static final int CTA_IP_V4_SRC = 1;
  private static final int CTA_IP_V6_SRC = 3;
  private static final int CTA_FILTER = 25;
  private static final int CTA_FILTER_ORIG_FLAGS = 1;
  private static final int CTA_FILTER_REPLY_FLAGS = 2;
  private static final int CTA_FILTER_F_CTA_IP_SRC = 1;
  private static final int NFGENMSG = 4;

  private Conntrack() {}

  /**
   * Connections that the address opened, and those that lead to it, translated or not.
   *
   * @param socket of {@link NetlinkSocket#NETFILTER}
   */
  public static void forget(NetlinkSocket socket, List<Ip> addresses) throws NetlinkFailed {
    var batch =
        addresses.stream()
            .flatMap(ip -> List.of(flush(ip, CTA_TUPLE_ORIG), flush(ip, CTA_TUPLE_REPLY)).stream())
            .toList();
    for (var outcome : socket.exchange(batch)) {
      if (!outcome.acceptable()) {
        // Kernels before 6.8 delete one by one only.
        oneByOne(socket, addresses);
        return;
      }
    }
  }

  /** Deletes all whose source in that direction is the address, in the kernel. */
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
      var dump =
          new Request(IPCTNL_MSG_CT_GET, Request.NLM_F_DUMP, header(v6, 0), () -> "conntrack -L");
      var deletions =
          socket.dump(dump, reply -> concerning(reply, addresses)).stream()
              .map(
                  tuple ->
                      new Request(
                              IPCTNL_MSG_CT_DELETE,
                              0,
                              Part.all(header(v6, 0), Attr.bytes(CTA_TUPLE_ORIG | 0x8000, tuple)),
                              () -> "conntrack -D of one connection")
                          .tolerating(Errno.ENOENT))
              .toList();
      if (!deletions.isEmpty()) {
        var _ = socket.run(deletions);
      }
    }
  }

  /** The original tuple of a connection whose source in either direction is one of them. */
  private static Optional<byte[]> concerning(Reply reply, List<Ip> addresses) {
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
   * struct nfgenmsg.
   *
   * @param version 1 makes the kernel look at the family when it deletes many
   */
  private static Bytes header(boolean v6, int version) {
    return new Bytes(new byte[] {Address.family(v6), (byte) version, 0, 0});
  }
}
