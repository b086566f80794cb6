package io.vpccni.sim.ec2;

/** Where in the network an ENI or an instance is: a subnet, and that subnet's VPC and zone. */
public record Placement(String subnetId, String vpcId, String zone) {
  static Placement in(Subnet subnet) {
    return new Placement(subnet.id(), subnet.vpcId(), subnet.zone());
  }
}
