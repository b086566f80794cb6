package io.vpccni.ipamd.eni;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;

/**
 * The instance as IMDS describes it; kept in the checkpoint so that a start without IMDS still
 * knows its node.
 */
public record NodeFacts(
    String instanceId,
    String instanceType,
    String region,
    String availabilityZone,
    String vpcId,
    EniId primaryEni,
    String primaryMac,
    SubnetId primarySubnet,
    Optional<Ip> primaryIpv4,
    Optional<Ip> primaryIpv6,
    List<Cidr> vpcIpv4Cidrs,
    List<Cidr> vpcIpv6Cidrs) {
  public NodeFacts {
    vpcIpv4Cidrs = List.copyOf(vpcIpv4Cidrs);
    vpcIpv6Cidrs = List.copyOf(vpcIpv6Cidrs);
  }

  /** The same instance in a VPC whose CIDRs have changed. */
  public NodeFacts withVpcCidrs(List<Cidr> ipv4, List<Cidr> ipv6) {
    return new NodeFacts(
        instanceId,
        instanceType,
        region,
        availabilityZone,
        vpcId,
        primaryEni,
        primaryMac,
        primarySubnet,
        primaryIpv4,
        primaryIpv6,
        ipv4,
        ipv6);
  }
}
