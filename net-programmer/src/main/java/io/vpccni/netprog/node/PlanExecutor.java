package io.vpccni.netprog.node;

import io.vpccni.netprog.host.Plan.Change;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Outcome;
import io.vpccni.netprog.pod.LinkSysctls;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.util.List;

/** Makes planned changes on the host. */
record PlanExecutor(NetlinkSocket socket, LinkSysctls sysctls) {
  /** PlanExecutor bring changes of the kernel's own; more rounds than this mean a fight. */
  static final int ROUNDS = 4;

  KernelView view() throws NetlinkFailed {
    return KernelView.ofHost(socket);
  }

  /** One outcome for each. */
  List<Outcome> make(List<Change> changes) throws NetlinkFailed, SystemCallFailed {
    var outcomes = socket.exchange(changes.stream().map(Change::request).toList());
    for (int i = 0; i < changes.size(); i++) {
      if (outcomes.get(i).done() && changes.get(i).newLink().isPresent()) {
        // Before the next round sets it up.
        sysctls.refuseAdvertisements(changes.get(i).newLink().get());
      }
    }
    return outcomes;
  }
}
