package io.vpccni.netprog.netlink;

import io.vpccni.netprog.netlink.Part.Bytes;
import io.vpccni.rpc.address.Ip;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A TCP connection of a program in this network namespace, whoever opened it. */
public record Connection(Ip local, int localPort, Ip remote, int remotePort) {
  private static final int SOCK_DIAG_BY_FAMILY = 20;
  private static final int TCP = 6;

  /** ESTABLISHED, SYN_SENT, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT: more packets will come. */
  private static final int OPEN = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 8;

  /** struct inet_diag_req_v2. */
  private static final int REQUEST = 56;

  /** struct inet_diag_msg. */
  private static final int MESSAGE = 72;

  private static final int PORTS = 4;
  private static final int ADDRESSES = 8;
  private static final int ADDRESS_BYTES = 16;

  /** ::ffff:0:0/96, how a socket for both families shows IPv4. */
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

  /**
   * All of them.
   *
   * @param socket of {@link NetlinkSocket#SOCK_DIAG}
   */
  public static List<Connection> list(NetlinkSocket socket) throws NetlinkFailed {
    var all = new ArrayList<Connection>();
    for (var v6 : List.of(false, true)) {
      all.addAll(socket.dump(request(v6), Connection::read));
    }
    return all;
  }

  static Request request(boolean v6) {
    return new Request(
        SOCK_DIAG_BY_FAMILY,
        Request.NLM_F_DUMP,
        new Bytes(
            Part.struct(REQUEST)
                .put(Address.family(v6))
                .put((byte) TCP)
                .putShort((short) 0)
                .putInt(OPEN)
                .array()),
        () -> "ss -tn" + (v6 ? "6" : "4"));
  }

  static Optional<Connection> read(Reply reply) {
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
            address(in, ADDRESSES, v6),
            port(in, PORTS),
            address(in, ADDRESSES + ADDRESS_BYTES, v6),
            port(in, PORTS + 2)));
  }

  /** In network order, whatever this machine's is. */
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
