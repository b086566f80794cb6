package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;

/**
 * Tells what a call changed outside the API: the data plane plugs links in and sets routes by these
 * alone. They are told in the order in which they happened, each once.
 */
public sealed interface Effect {
  /** A VPC has exactly these blocks; without any it is gone. */
  record VpcChanged(String vpcId, List<Cidr> cidrs) implements Effect {
    public VpcChanged {
      cidrs = List.copyOf(cidrs);
    }
  }

  /** A subnet has exactly these blocks; its gateway is the first address of each. */
  record SubnetChanged(String subnetId, String vpcId, List<Cidr> cidrs) implements Effect {
    public SubnetChanged {
      cidrs = List.copyOf(cidrs);
    }
  }

  record SubnetDeleted(String subnetId) implements Effect {}

  record InstanceLaunched(String instanceId, String type) implements Effect {}

  record InstanceTerminated(String instanceId) implements Effect {}

  /** The guest has a device with this MAC from now on. Its addresses were told before. */
  record EniAttached(
      String instanceId, String eniId, String subnetId, String mac, int deviceIndex, int card)
      implements Effect {}

  /** The device is gone from the guest. The ENI keeps its addresses until it is deleted. */
  record EniDetached(String instanceId, String eniId, String mac, int deviceIndex, int card)
      implements Effect {}

  record EniDeleted(String eniId) implements Effect {}

  /** Traffic to this address or prefix belongs to this ENI, attached or not. */
  record AddressAssigned(Cidr address, String eniId, String mac) implements Effect {}

  record AddressUnassigned(Cidr address, String eniId, String mac) implements Effect {}

  /** The internet sees {@code publicIp} where {@code privateIp} sends, and reaches it by that. */
  record PublicAddressMapped(Ip privateIp, Ip publicIp) implements Effect {}

  record PublicAddressUnmapped(Ip privateIp, Ip publicIp) implements Effect {}

  /**
   * Says whether packets with other sources and destinations than the ENI's own are dropped from
   * now on.
   */
  record SourceDestCheckChanged(String eniId, boolean on) implements Effect {}
}
