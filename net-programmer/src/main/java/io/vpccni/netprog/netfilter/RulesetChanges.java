package io.vpccni.netprog.netfilter;

import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Ruleset;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether any rule changed since the last check. On a quiet node a check, which runs two or
 * three programs, is then not needed. Legacy iptables cannot tell.
 */
public interface RulesetChanges extends AutoCloseable {
  /** This implementation always asks for a check. */
  RulesetChanges NONE =
      new RulesetChanges() {
        @Override
        public void beforeReading() {}

        @Override
        public boolean changed() {
          return true;
        }

        @Override
        public void close() {}
      };

  /** Takes note that the rules are about to be read. */
  void beforeReading();

  boolean changed();

  @Override
  void close();

  /**
   * Watches the calling thread's network namespace; the result is {@link #NONE} if the kernel
   * cannot tell.
   */
  static RulesetChanges of(ConnmarkBackend backend) {
    if (backend == ConnmarkBackend.IPTABLES) {
      return NONE;
    }
    try {
      var socket = NetlinkSocket.open(NetlinkSocket.NETFILTER);
      return new Generation(socket);
    } catch (SystemCallFailed e) {
      return NONE;
    }
  }

  /** Compares nf_tables' own generation counter. */
  final class Generation implements RulesetChanges {
    private static final Logger LOG = LoggerFactory.getLogger(Generation.class);

    private final NetlinkSocket socket;

    /** Holds the generation at the last reading. Only the reconciler's thread uses it. */
    private OptionalInt seen = OptionalInt.empty();

    Generation(NetlinkSocket socket) {
      this.socket = socket;
    }

    @Override
    public void beforeReading() {
      seen = now();
    }

    @Override
    public boolean changed() {
      return seen.isEmpty() || !seen.equals(now());
    }

    private OptionalInt now() {
      try {
        return OptionalInt.of(Ruleset.generation(socket));
      } catch (NetlinkFailed e) {
        LOG.atDebug()
            .addKeyValue("why", e.getMessage())
            .log("The nf_tables generation could not be read");
        return OptionalInt.empty();
      }
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
