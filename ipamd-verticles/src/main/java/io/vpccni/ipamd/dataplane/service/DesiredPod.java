package io.vpccni.ipamd.dataplane.service;

import io.vpccni.ipamd.pod.BranchEni;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.LinkNames;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.wire.netprog.Egress;
import io.vpccni.rpc.wire.netprog.Pod;
import io.vpccni.rpc.wire.netprog.PodInterface;
import io.vpccni.rpc.wire.netprog.PodSecurityGroupMode;

/** Makes one pod of the desired state out of what it holds. */
final class DesiredPod {
  private DesiredPod() {}

  /** Describes the pod's side as well, for a call that enters its namespace. */
  static Pod whole(Holding holding, String vethPrefix, int mtu) {
    return pod(holding, vethPrefix).setNetns(holding.wiring().netns()).setMtu(mtu).build();
  }

  /** Describes only the host's side. */
  static Pod hostPart(Holding holding, String vethPrefix, int mtu) {
    return pod(holding, vethPrefix).setMtu(mtu).build();
  }

  /** Tells whether it is known which host veth is the pod's: an old entry may not say. */
  static boolean known(Holding holding) {
    return holding.pod().known() || !holding.wiring().hostVeths().isEmpty();
  }

  private static Pod.Builder pod(Holding holding, String vethPrefix) {
    var pod =
        Pod.newBuilder()
            .setContainerId(holding.attachment().containerId())
            .setIfName(holding.attachment().ifName())
            .setPodNamespace(holding.pod().namespace())
            .setPodName(holding.pod().name());
    var veths = LinkNames.hostVeths(vethPrefix, holding);
    for (int index = 0; index < holding.addresses().size(); index++) {
      var held = holding.addresses().get(index);
      pod.addInterfaces(
          PodInterface.newBuilder()
              .setIfName(LinkNames.inPod(holding.attachment().ifName(), index))
              .setHostVeth(veths.get(index))
              .setIp(held.ip().toString())
              .setRouteTable(
                  holding.wiring().branch().map(BranchEni::routeTable).orElse(held.routeTable())));
    }
    holding.wiring().branch().ifPresent(branch -> pod.setBranchEni(branch(branch)));
    holding.egress().ifPresent(ip -> pod.setEgress(egress(ip, holding)));
    return pod;
  }

  private static Egress.Builder egress(Ip ip, Holding holding) {
    var egress = Egress.newBuilder().setIp(ip.toString());
    return switch (holding.wiring().by()) {
      case PROGRAMMER -> egress.setHostVeth(LinkNames.egressVeth(holding.attachment()));
      // A plugin names its link by chance, and net-programmer finds it by its route.
      case PLUGIN -> egress;
    };
  }

  private static io.vpccni.rpc.wire.netprog.BranchEni branch(BranchEni branch) {
    return io.vpccni.rpc.wire.netprog.BranchEni.newBuilder()
        .setVlanId(branch.vlan())
        .setMac(branch.mac())
        .setGateway(branch.gateway().toString())
        .setTrunkMac(branch.trunkMac())
        .setMode(branch.strict() ? PodSecurityGroupMode.STRICT : PodSecurityGroupMode.STANDARD)
        .build();
  }
}
