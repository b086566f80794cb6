package io.vpccni.netprog.request;

import io.vpccni.rpc.wire.netprog.ApplyHost;
import io.vpccni.rpc.wire.netprog.AttachPod;
import io.vpccni.rpc.wire.netprog.Egress;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Host;
import io.vpccni.rpc.wire.netprog.Pod;
import io.vpccni.rpc.wire.netprog.PodInterface;
import io.vpccni.rpc.wire.netprog.SecondaryEni;
import io.vpccni.rpc.wire.netprog.Sync;

/** Requests that are valid in every field, for tests to spoil one. */
public final class SampleRequests {
  private SampleRequests() {}

  public static Host host() {
    return Host.newBuilder()
        .setIpv4(true)
        .setPrimaryMac("02:00:00:63:53:4c")
        .setPrimaryIpv4("10.0.1.10")
        .addVpcIpv4Cidrs("10.0.0.0/16")
        .addExcludeSnatCidrs("192.168.0.0/16")
        .setNodePort(true)
        .setConnmark(0x80)
        .setEniMtu(9001)
        .setVethPrefix("eni")
        .addEnis(
            SecondaryEni.newBuilder()
                .setEniId("eni-0a1b2c3d4e5f60718")
                .setMac("02:00:00:63:53:4d")
                .setPrimaryIp("10.0.1.77")
                .setSubnetCidr("10.0.1.0/24")
                .setDeviceNumber(1)
                .setRouteTable(2))
        .build();
  }

  public static Pod pod() {
    return Pod.newBuilder()
        .setContainerId("0123abc")
        .setIfName("eth0")
        .setPodNamespace("default")
        .setPodName("sample-pod")
        .setNetns("/var/run/netns/cni-1")
        .addInterfaces(
            PodInterface.newBuilder()
                .setIfName("eth0")
                .setHostVeth("enicc21c2d7785")
                .setIp("10.0.1.20")
                .setRouteTable(254))
        .setMtu(9001)
        .build();
  }

  public static Pod podWithEgress() {
    return pod().toBuilder()
        .setEgress(Egress.newBuilder().setIp("fd00::ac:2").setHostVeth("veth0a1b2c3d"))
        .build();
  }

  public static Envelope attach(Pod pod) {
    return Envelope.newBuilder().setId(1).setAttachPod(AttachPod.newBuilder().setPod(pod)).build();
  }

  public static Envelope applyHost(Host host) {
    return Envelope.newBuilder()
        .setId(1)
        .setApplyHost(ApplyHost.newBuilder().setHost(host))
        .build();
  }

  public static Envelope sync(Host host, Pod... pods) {
    var sync = Sync.newBuilder().setHost(host).addDeletions("eni00000000bad");
    for (var pod : pods) sync.addPods(pod);
    return Envelope.newBuilder().setId(1).setSync(sync).build();
  }
}
