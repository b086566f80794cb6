package io.vpccni.netprog.node;

import io.vpccni.netprog.host.Plan.Change;
import io.vpccni.netprog.host.Plan.Purpose;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Outcome;
import io.vpccni.netprog.pod.LinkSysctls;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the planned changes on the host. */
final class PlanExecutor {
  /**
   * Changes make the kernel change more by itself; if a plan is still not empty after this many
   * rounds, somebody works against us.
   */
  static final int ROUNDS = 4;

  private static final Logger LOG = LoggerFactory.getLogger(PlanExecutor.class);

  private final NetlinkSocket socket;
  private final LinkSysctls sysctls;

  /** Holds the clean-ups that failed last time, so that each is reported once. */
  private Set<String> complaints = new TreeSet<>();

  PlanExecutor(NetlinkSocket socket, LinkSysctls sysctls) {
    this.socket = socket;
    this.sysctls = sysctls;
  }

  KernelView view() throws NetlinkFailed {
    return KernelView.ofHost(socket);
  }

  /** Has the kernel answer a question that any node can be asked. */
  void probe() throws NetlinkFailed {
    var _ = socket.run(List.of(Link.byName("lo").tolerating(Errno.ENODEV)));
  }

  /** Makes the changes and returns one outcome for each. */
  List<Outcome> make(List<Change> changes) throws NetlinkFailed, SystemCallFailed {
    var outcomes = socket.exchange(changes.stream().map(Change::request).toList());
    for (int i = 0; i < changes.size(); i++) {
      if (outcomes.get(i).done() && changes.get(i).newLink().isPresent()) {
        // The sysctls must be in place before the next round sets the link up.
        sysctls.refuseAdvertisements(changes.get(i).newLink().get());
      }
    }
    return outcomes;
  }

  /** Throws the first failure of a change that is needed, and reports those of clean-ups. */
  void demand(List<Change> changes, List<Outcome> outcomes) throws NetlinkFailed {
    var failed = new TreeSet<String>();
    for (int i = 0; i < changes.size(); i++) {
      var outcome = outcomes.get(i);
      if (!outcome.acceptable()) {
        if (changes.get(i).purpose() == Purpose.NEEDED) {
          throw outcome.failure();
        }
        failed.add(changes.get(i).why() + ": " + outcome.failure().getMessage());
      }
    }
    failed.stream()
        .filter(why -> !complaints.contains(why))
        .forEach(why -> LOG.atWarn().addKeyValue("why", why).log("A clean-up cannot be done"));
    complaints = failed;
  }
}
