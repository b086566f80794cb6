package io.vpccni.netprog.netlink;

import io.vpccni.netprog.netlink.Part.Bytes;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.rpc.address.Ip;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Describes a connection of a program in this network namespace: a TCP connection, whoever opened
 * it, or a UDP socket that is connected to one peer. An unconnected UDP socket has no peer that the
 * kernel knows.
 */
public record Connection(Protocol protocol, Ip local, int localPort, Ip remote, int remotePort) {
  private static final int SOCK_DIAG_BY_FAMILY = 20;

  /** These protocols are listed. */
  public enum Protocol {
    /**
     * Includes the states ESTABLISHED, SYN_SENT, FIN_WAIT1, FIN_WAIT2 and CLOSE_WAIT, in which more
     * packets will be sent.
     */
    TCP(6, 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 8),
    /** The kernel reports a connected UDP socket as ESTABLISHED. */
    UDP(17, 1 << 1);

    private final int number;
    private final int open;

    /**
     * Each protocol has a number and a set of states.
     *
     * @param open a bit for each state in which a socket sends more packets
     */
    Protocol(int number, int open) {
      this.number = number;
      this.open = open;
    }

    /** Returns IPPROTO_TCP or IPPROTO_UDP. */
    int number() {
      return number;
    }
  }

  /**
   * struct inet_diag_req_v2 (linux/inet_diag.h) has this size: 0 sdiag_family u8, 1 sdiag_protocol
   * u8, 2 idiag_ext u8, 4 idiag_states u32, 8 id (48 bytes).
   */
  private static final int REQUEST = 56;

  /**
   * struct inet_diag_msg (linux/inet_diag.h) has this size: 0 idiag_family u8, 1 idiag_state u8, 4
   * idiag_sport be16, 6 idiag_dport be16, 8 idiag_src 16 bytes, 24 idiag_dst 16 bytes.
   */
  private static final int MESSAGE = 72;

  private static final int PORTS = 4;
  private static final int ADDRESSES = 8;
  private static final int ADDRESS_BYTES = 16;

  /** A socket of both families shows an IPv4 address with this prefix, ::ffff:0:0/96. */
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

  /**
   * Lists the connections of both protocols and families, as {@code ss -n} does.
   *
   * @param socket a socket of {@link NetlinkSocket#SOCK_DIAG}
   */
  public static List<Connection> list(NetlinkSocket socket) throws NetlinkFailed {
    var all = new ArrayList<Connection>();
    for (var protocol : Protocol.values()) {
      for (var v6 : List.of(false, true)) {
        all.addAll(list(socket, protocol, v6));
      }
    }
    return all;
  }

  private static List<Connection> list(NetlinkSocket socket, Protocol protocol, boolean v6)
      throws NetlinkFailed {
    try {
      return socket.dump(request(protocol, v6), reply -> read(protocol, reply));
    } catch (NetlinkFailed e) {
      // udp_diag is a module of its own; without it, the TCP connections are still worth knowing.
      if (protocol == Protocol.UDP && e.errno() == Errno.ENOENT) {
        return List.of();
      }
      throw e;
    }
  }

  static Request request(Protocol protocol, boolean v6) {
    return new Request(
        SOCK_DIAG_BY_FAMILY,
        Request.NLM_F_DUMP,
        new Bytes(
            Part.struct(REQUEST)
                .put(Address.family(v6))
                .put((byte) protocol.number)
                .putShort((short) 0)
                .putInt(protocol.open)
                .array()),
        () -> "ss -n --" + protocol.name().toLowerCase(Locale.ROOT) + (v6 ? " -6" : " -4"));
  }

  static Optional<Connection> read(Protocol protocol, Reply reply) {
    if (reply.type() != SOCK_DIAG_BY_FAMILY) {
      return Optional.empty();
    }
    var in = reply.payload();
    if (in.limit() < MESSAGE) {
      throw new Malformed("a socket of " + in.limit() + " bytes");
    }
    boolean v6 = in.get(0) == Address.family(true);
    return Optional.of(
        new Connection(
            protocol,
            address(in, ADDRESSES, v6),
            port(in, PORTS),
            address(in, ADDRESSES + ADDRESS_BYTES, v6),
            port(in, PORTS + 2)));
  }

  /** Reads a port, which is in network byte order whatever this machine's is. */
  private static int port(ByteBuffer in, int at) {
    return (in.get(at) & 0xff) << 8 | (in.get(at + 1) & 0xff);
  }

  private static Ip address(ByteBuffer in, int at, boolean v6) {
    var bytes = new byte[ADDRESS_BYTES];
    in.get(at, bytes);
    if (!v6) {
      return Ip.of(Arrays.copyOf(bytes, 4));
    }
    boolean mapped = Arrays.equals(Arrays.copyOf(bytes, MAPPED.length), MAPPED);
    return Ip.of(mapped ? Arrays.copyOfRange(bytes, MAPPED.length, ADDRESS_BYTES) : bytes);
  }
}
