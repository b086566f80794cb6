package io.vpccni.ipamd.ec2.api;

import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import java.util.List;
import java.util.Map;

/**
 * Describes a subnet of the node's VPC and availability zone.
 *
 * @param cidrs the IPv4 block first, where there is one
 * @param freeIpv4 addresses left when EC2 was asked
 */
public record SubnetView(SubnetId id, List<Cidr> cidrs, int freeIpv4, Map<String, String> tags) {
  public SubnetView {
    cidrs = List.copyOf(cidrs);
    tags = Map.copyOf(tags);
  }
}
