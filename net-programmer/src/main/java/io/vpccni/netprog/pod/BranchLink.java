package io.vpccni.netprog.pod;

import io.vpccni.netprog.desired.PodState.BranchEni;
import io.vpccni.netprog.kernel.EniLinks;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.SystemCallFailed;
import java.util.List;
import java.util.Optional;

/** Makes the VLAN link that carries a branch ENI's packets. */
record BranchLink(NetlinkSocket host, LinkSysctls sysctls) {
  /**
   * Makes the link unless it is there. One with another MAC belongs to a former branch ENI and is
   * replaced.
   *
   * @return the link's index
   */
  int make(BranchEni branch, Rollback undo) throws NetlinkFailed, SystemCallFailed {
    var name = HostSide.vlanLink(branch.vlanId());
    var found = named(name);
    if (found.flatMap(Link::mac).filter(branch.mac()::equals).isPresent()) {
      return found.get().index();
    }
    if (found.isPresent()) {
      host.run(List.of(Link.delete(found.get().index()).tolerating(Errno.ENODEV)));
    }
    var trunk = trunk(branch);
    undo.link(host, name, branch.mac());
    if (!trunk.up()) {
      // A VLAN link cannot be up before the link below it.
      host.run(List.of(Link.setUp(trunk.index())));
    }
    host.run(List.of(Link.createVlan(name, trunk.index(), branch.vlanId(), branch.mac())));
    sysctls.refuseAdvertisements(name);
    return named(name)
        .orElseThrow(() -> new NetlinkFailed(name + " is gone again", Errno.ENODEV, ""))
        .index();
  }

  private Optional<Link> named(String name) throws NetlinkFailed {
    return Link.of(host.exchange(List.of(Link.byName(name))).getFirst());
  }

  private Link trunk(BranchEni branch) throws NetlinkFailed {
    return EniLinks.withMac(Link.list(host), branch.trunkMac())
        .orElseThrow(
            () ->
                new NetlinkFailed(
                    "no link has the trunk ENI's MAC " + branch.trunkMac(), Errno.ENODEV, ""));
  }
}
