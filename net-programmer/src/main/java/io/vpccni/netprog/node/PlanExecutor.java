package io.vpccni.netprog.node;

import io.vpccni.netprog.host.Plan.Change;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Outcome;
import io.vpccni.netprog.pod.LinkSysctls;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.util.List;

/** Carries out the planned changes on the host. */
record PlanExecutor(NetlinkSocket socket, LinkSysctls sysctls) {
  /**
   * Changes make the kernel change more by itself; if a plan is still not empty after this many
   * rounds, somebody works against us.
   */
  static final int ROUNDS = 4;

  KernelView view() throws NetlinkFailed {
    return KernelView.ofHost(socket);
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
}
