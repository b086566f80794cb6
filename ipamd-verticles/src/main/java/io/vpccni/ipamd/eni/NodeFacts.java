package io.vpccni.ipamd.eni;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;

/**
 * Describes the instance as IMDS does. The IMDS verticle owns these facts; everybody else has a
 * copy. They are kept in the checkpoint, so that a start without IMDS still knows its node.
 */
public record NodeFacts(Instance instance, Vpc vpc, Primary primary) {
  /**
   * Describes the instance itself.
   *
   * @param id for example {@code i-0abc…}; it tells whether a checkpoint is of this instance
   * @param type for example {@code m5.large}
   */
  public record Instance(String id, String type, String region, String zone) {}

  /** Describes the VPC with its address blocks, which may change while the node runs. */
  public record Vpc(String id, List<Cidr> ipv4Cidrs, List<Cidr> ipv6Cidrs) {
    public Vpc {
      ipv4Cidrs = List.copyOf(ipv4Cidrs);
      ipv6Cidrs = List.copyOf(ipv6Cidrs);
    }
  }

  /**
   * Describes the primary ENI, whose addresses are the node's own.
   *
   * @param ipv6 empty also where the node's pods do not use IPv6
   */
  public record Primary(
      EniId eni, String mac, SubnetId subnet, Optional<Ip> ipv4, Optional<Ip> ipv6) {}

  /** Returns the same instance in a VPC whose address blocks have changed. */
  public NodeFacts withVpcCidrs(List<Cidr> ipv4, List<Cidr> ipv6) {
    return new NodeFacts(instance, new Vpc(vpc.id(), ipv4, ipv6), primary);
  }
}
