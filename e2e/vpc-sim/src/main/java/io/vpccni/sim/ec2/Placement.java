package io.vpccni.sim.ec2;

/** A placement says where an ENI or an instance is: a subnet, and its VPC and zone. */
public record Placement(String subnetId, String vpcId, String zone) {
  static Placement in(Subnet subnet) {
    return new Placement(subnet.id(), subnet.vpcId(), subnet.zone());
  }
}
