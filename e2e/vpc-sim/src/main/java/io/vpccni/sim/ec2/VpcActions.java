package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.SceneCall.AssociateVpcCidrBlock;
import io.vpccni.sim.ec2.SceneCall.CreateSecurityGroup;
import io.vpccni.sim.ec2.SceneCall.CreateVpc;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Creates and changes VPCs and their blocks. */
final class VpcActions {
  /**
   * A VPC that asks for one of Amazon's blocks gets it from this range, the IPv6 documentation
   * range (RFC 3849).
   */
  private static final Cidr AMAZON_IPV6 = Cidr.parse("2001:db8::/40");

  private static final int MOST_BLOCKS = 5;

  private VpcActions() {}

  static Ec2Answer create(Transaction transaction, CreateVpc call) {
    checkSize(call.cidr());
    var blocks = new TreeMap<String, Cidr>();
    blocks.put(transaction.newId("vpc-cidr-assoc"), call.cidr());
    if (call.ipv6()) {
      blocks.put(transaction.newId("vpc-cidr-assoc"), amazonBlock(transaction));
    }
    var vpc = new Vpc(transaction.newId("vpc"), call.cidr(), blocks);
    put(transaction, vpc);
    TagActions.add(transaction, vpc.id(), call.tags());
    var group =
        new CreateSecurityGroup(vpc.id(), "default", "default VPC security group", new TreeMap<>());
    SceneActions.put(transaction, vpc.id(), group);
    return new Ec2Answer.VpcCreated(Views.vpc(transaction.state(), vpc));
  }

  static Ec2Answer delete(Transaction transaction, String vpcId) {
    var vpc = transaction.vpc(vpcId);
    var groups =
        transaction.state().groups().stream().filter(g -> g.vpcId().equals(vpcId)).toList();
    boolean used =
        transaction.state().subnets().stream().anyMatch(subnet -> subnet.vpcId().equals(vpcId))
            || groups.stream().anyMatch(group -> !group.name().equals("default"));
    if (used) {
      throw SceneActions.dependency(vpcId);
    }
    groups.forEach(group -> transaction.state(transaction.state().without(group.id())));
    transaction.state(transaction.state().without(vpc.id()));
    transaction.tell(new Effect.VpcChanged(vpcId, List.of()));
    return new Ec2Answer.Done();
  }

  static Ec2Answer associate(Transaction transaction, AssociateVpcCidrBlock call) {
    var vpc = transaction.vpc(call.vpcId());
    if (vpc.blocks(false).size() >= MOST_BLOCKS && call.cidr().isPresent()) {
      throw ApiError.of(
          "CidrLimitExceeded",
          "This network '" + vpc.id() + "' has met its maximum number of blocks");
    }
    var cidr = call.cidr().orElseGet(() -> amazonBlock(transaction));
    if (call.cidr().isPresent()) {
      checkSize(cidr);
    }
    if (vpc.cidrs().values().stream().anyMatch(overlapping(cidr))) {
      throw ApiError.of(
          "InvalidVpc.Range", "The CIDR '" + cidr + "' conflicts with a block of " + vpc.id());
    }
    var id = transaction.newId("vpc-cidr-assoc");
    put(transaction, vpc.withCidrs(SortedCopies.with(vpc.cidrs(), id, cidr)));
    return new Ec2Answer.CidrAssociated(vpc.id(), id, cidr);
  }

  static Ec2Answer disassociate(Transaction transaction, String id) {
    var vpc =
        transaction.state().vpcs().stream()
            .filter(v -> v.cidrs().containsKey(id))
            .findFirst()
            .orElseThrow(
                () ->
                    ApiError.of(
                        "InvalidVpcCidrBlockAssociationID.NotFound",
                        "The vpc CIDR block association ID '" + id + "' does not exist"));
    var block = vpc.cidrs().get(id);
    if (block == null || block.equals(vpc.primary())) {
      throw ApiError.of(
          "OperationNotPermitted", "The primary CIDR block of " + vpc.id() + " must remain");
    }
    if (blocks(transaction, vpc).anyMatch(block::contains)) {
      throw SceneActions.dependency(id);
    }
    put(transaction, vpc.withCidrs(SortedCopies.without(vpc.cidrs(), id)));
    return new Ec2Answer.CidrAssociated(vpc.id(), id, block);
  }

  /** Returns the blocks of this VPC's subnets. */
  static Stream<Cidr> blocks(Transaction transaction, Vpc vpc) {
    return transaction.state().subnets().stream()
        .filter(subnet -> subnet.vpcId().equals(vpc.id()))
        .flatMap(subnet -> Stream.concat(Stream.of(subnet.cidr()), subnet.ipv6().stream()));
  }

  static Predicate<Cidr> overlapping(Cidr cidr) {
    return other -> other.contains(cidr) || cidr.contains(other);
  }

  static void checkSize(Cidr cidr) {
    if (cidr.v6() || cidr.prefix() < 16 || cidr.prefix() > 28) {
      throw ApiError.of(
          "InvalidVpc.Range", "The CIDR '" + cidr + "' is invalid: between /16 and /28 is allowed");
    }
  }

  private static void put(Transaction transaction, Vpc vpc) {
    transaction.state(transaction.state().with(vpc));
    transaction.tell(
        new Effect.VpcChanged(
            vpc.id(),
            Stream.concat(vpc.blocks(false).stream(), vpc.blocks(true).stream()).toList()));
  }

  private static Cidr amazonBlock(Transaction transaction) {
    for (long i = 0; i < 1 << 16; i++) {
      var network = AMAZON_IPV6.network();
      var block = new Cidr(Ip.v6(network.high() + (i << 8), 0), 56);
      if (transaction.state().vpcs().stream().noneMatch(vpc -> vpc.cidrs().containsValue(block))) {
        return block;
      }
    }
    throw ApiError.of("VpcLimitExceeded", "no IPv6 block is left");
  }
}
