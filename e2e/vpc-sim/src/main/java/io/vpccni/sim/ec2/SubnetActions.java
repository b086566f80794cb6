package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.SceneCall.AssociateSubnetCidrBlock;
import io.vpccni.sim.ec2.SceneCall.CreateSubnet;
import io.vpccni.sim.ec2.SceneCall.CreateSubnetCidrReservation;
import io.vpccni.sim.ec2.SceneCall.ModifySubnetAttribute;
import io.vpccni.sim.ec2.Subnet.CidrReservation;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Creates and changes subnets, their reservations, and what others occupy in them. */
final class SubnetActions {
  private SubnetActions() {}

  static Ec2Answer create(Transaction transaction, CreateSubnet call) {
    var vpc = transaction.vpc(call.vpcId());
    if (call.cidr().prefix() < 16 || call.cidr().prefix() > 28) {
      throw range(call.cidr(), "has a size outside /16 to /28");
    }
    checkBlock(transaction, vpc, call.cidr());
    call.ipv6().ifPresent(block -> checkIpv6(transaction, vpc, block));
    var subnet =
        new Subnet(
            transaction.newId("subnet"),
            vpc.id(),
            call.zone().orElse(transaction.state().region() + "a"),
            call.cidr(),
            call.ipv6(),
            false,
            false,
            new TreeMap<>(),
            Set.of());
    put(transaction, subnet);
    TagActions.add(transaction, subnet.id(), call.tags());
    return new Ec2Answer.SubnetCreated(Views.subnet(transaction.state(), subnet));
  }

  private static void checkIpv6(Transaction transaction, Vpc vpc, Cidr block) {
    if (!block.v6() || block.prefix() != 64) {
      throw range(block, "is no IPv6 /64");
    }
    checkBlock(transaction, vpc, block);
  }

  private static void checkBlock(Transaction transaction, Vpc vpc, Cidr cidr) {
    if (vpc.cidrs().values().stream().noneMatch(block -> block.contains(cidr))) {
      throw range(cidr, "is not within a block of " + vpc.id());
    }
    if (VpcActions.blocks(transaction, vpc).anyMatch(VpcActions.overlapping(cidr))) {
      throw ApiError.of(
          "InvalidSubnet.Conflict", "The CIDR '" + cidr + "' conflicts with another subnet");
    }
  }

  private static ApiError range(Cidr cidr, String why) {
    return ApiError.of("InvalidSubnet.Range", "The CIDR '" + cidr + "' is invalid: it " + why);
  }

  static Ec2Answer delete(Transaction transaction, String id) {
    transaction.subnet(id);
    if (transaction.state().enisIn(id).findAny().isPresent()) {
      throw SceneActions.dependency(id);
    }
    transaction.state(transaction.state().without(id));
    transaction.tell(new Effect.SubnetDeleted(id));
    return new Ec2Answer.Done();
  }

  static Ec2Answer associate(Transaction transaction, AssociateSubnetCidrBlock call) {
    var subnet = transaction.subnet(call.subnetId());
    if (subnet.ipv6().isPresent()) {
      throw range(call.ipv6(), "is the second of " + subnet.id());
    }
    checkIpv6(transaction, transaction.vpc(subnet.vpcId()), call.ipv6());
    put(transaction, subnet.withIpv6(Optional.of(call.ipv6())));
    return new Ec2Answer.SubnetCidrAssociated(subnet.id(), call.ipv6());
  }

  static Ec2Answer modify(Transaction transaction, ModifySubnetAttribute call) {
    var subnet = transaction.subnet(call.subnetId());
    var mapped = call.mapPublicIp().map(subnet::withMapPublicIp).orElse(subnet);
    transaction.state(
        transaction.state().with(call.assignIpv6().map(mapped::withAssignIpv6).orElse(mapped)));
    return new Ec2Answer.Done();
  }

  static Ec2Answer reserve(Transaction transaction, CreateSubnetCidrReservation call) {
    var subnet = transaction.subnet(call.subnetId());
    var inside = call.cidr().v6() ? subnet.ipv6() : Optional.of(subnet.cidr());
    if (inside.filter(block -> block.contains(call.cidr())).isEmpty()) {
      throw ApiError.invalid("The CIDR '" + call.cidr() + "' is not within " + subnet.id());
    }
    if (subnet.reservations().values().stream()
        .map(CidrReservation::cidr)
        .anyMatch(VpcActions.overlapping(call.cidr()))) {
      throw ApiError.of(
          "InvalidCidr.InUse", "The CIDR '" + call.cidr() + "' overlaps another reservation");
    }
    var reservation =
        new CidrReservation(
            transaction.newId("scr"),
            subnet.id(),
            transaction.state().account(),
            call.cidr(),
            call.kind(),
            call.description());
    var all = SortedCopies.with(subnet.reservations(), reservation.id(), reservation);
    transaction.state(transaction.state().with(subnet.withReservations(all)));
    return new Ec2Answer.ReservationMade(reservation);
  }

  static Ec2Answer release(Transaction transaction, String id) {
    var subnet =
        transaction.state().subnets().stream()
            .filter(s -> s.reservations().containsKey(id))
            .findFirst()
            .orElseThrow(
                () ->
                    ApiError.of(
                        "InvalidSubnetCidrReservationID.NotFound",
                        "The reservation ID '" + id + "' does not exist"));
    var all = SortedCopies.without(subnet.reservations(), id);
    transaction.state(transaction.state().with(subnet.withReservations(all)));
    return new Ec2Answer.Done();
  }

  static Ec2Answer occupy(Transaction transaction, OccupySubnet call) {
    var lifted = transaction.subnet(call.subnetId()).withOccupied(Set.of());
    var state = transaction.state().with(lifted);
    var occupied = new HashSet<Ip>();
    int free = AddressSpace.of(state, lifted).free();
    // Every eighth address first: two in each /28, so no block stays whole.
    var order =
        call.fragmented()
            ? Stream.concat(everyEighth(lifted.cidr(), true), everyEighth(lifted.cidr(), false))
            : downwards(lifted.cidr());
    var space = AddressSpace.of(state, lifted);
    order.filter(space::isFree).limit(Math.max(0, free - call.free())).forEach(occupied::add);
    transaction.state(state.with(lifted.withOccupied(occupied)));
    return new Ec2Answer.Done();
  }

  private static Stream<Ip> everyEighth(Cidr cidr, boolean them) {
    return Stream.iterate(0L, n -> n < cidr.size(), n -> n + 1)
        .filter(n -> (n % 8 == 5) == them)
        .map(cidr::address);
  }

  private static Stream<Ip> downwards(Cidr cidr) {
    return Stream.iterate(cidr.size() - 1, n -> n >= 0, n -> n - 1).map(cidr::address);
  }

  private static void put(Transaction transaction, Subnet subnet) {
    transaction.state(transaction.state().with(subnet));
    transaction.tell(
        new Effect.SubnetChanged(
            subnet.id(),
            subnet.vpcId(),
            Stream.concat(Stream.of(subnet.cidr()), subnet.ipv6().stream()).toList()));
  }
}
