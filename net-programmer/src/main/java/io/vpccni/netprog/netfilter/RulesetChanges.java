package io.vpccni.netprog.netfilter;

import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Ruleset;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether any rule changed since the last look: on a quiet node a look at all rules, which starts
 * two or three programs, is then not needed. Legacy iptables does not tell.
 */
public interface RulesetChanges extends AutoCloseable {
  /** Always look. */
  RulesetChanges NONE =
      new RulesetChanges() {
        @Override
        public void looking() {}

        @Override
        public boolean changed() {
          return true;
        }

        @Override
        public void close() {}
      };

  /** Right before the rules are read. */
  void looking();

  boolean changed();

  @Override
  void close();

  /** Of the calling thread's network namespace; {@link #NONE} where the kernel cannot tell. */
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

  /** By nf_tables' own count of changes. */
  final class Generation implements RulesetChanges {
    private static final Logger LOG = LoggerFactory.getLogger(Generation.class);

    private final NetlinkSocket socket;

    /** Only the keeper's thread touches it. */
    private OptionalInt seen = OptionalInt.empty();

    Generation(NetlinkSocket socket) {
      this.socket = socket;
    }

    @Override
    public void looking() {
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
        LOG.atDebug().addKeyValue("why", e.getMessage()).log("nf_tables does not tell changes");
        return OptionalInt.empty();
      }
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
