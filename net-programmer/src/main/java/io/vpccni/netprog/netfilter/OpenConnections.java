package io.vpccni.netprog.netfilter;

import io.vpccni.netprog.netlink.Connection;
import io.vpccni.netprog.netlink.Conntrack;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.syscall.SystemCallFailed;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's own connections alive when its first SNAT rule is added. If nothing tracked
 * connections until then, the kernel takes the next packet of each for the first one of a new
 * connection and gives it another port, to which the peer answers with a reset. The kernel is
 * therefore told of these connections first. The agent's own connections to EC2 and the API server
 * are among them.
 */
public interface OpenConnections {
  OpenConnections OF_THIS_NAMESPACE = OpenConnections::remember;

  /**
   * Registers the open connections. Failure is tolerated, because a lost connection is opened
   * again.
   */
  void keep();

  private static void remember() {
    var log = LoggerFactory.getLogger(OpenConnections.class);
    try (var sockets = NetlinkSocket.open(NetlinkSocket.SOCK_DIAG);
        var conntrack = NetlinkSocket.open(NetlinkSocket.NETFILTER)) {
      int kept = Conntrack.remember(conntrack, Connection.list(sockets));
      log.atInfo().addKeyValue("connections", kept).log("Open connections are kept as they are");
    } catch (NetlinkFailed | SystemCallFailed e) {
      log.atInfo()
          .addKeyValue("why", e.getMessage())
          .log("Open connections may be reset by the first SNAT rule");
    }
  }
}
