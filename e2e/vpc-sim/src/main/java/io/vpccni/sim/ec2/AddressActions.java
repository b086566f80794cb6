package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.EniCall.AssignIpv6Addresses;
import io.vpccni.sim.ec2.EniCall.AssignPrivateIpAddresses;
import io.vpccni.sim.ec2.EniCall.CreateNetworkInterface;
import io.vpccni.sim.ec2.EniCall.UnassignIpv6Addresses;
import io.vpccni.sim.ec2.EniCall.UnassignPrivateIpAddresses;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/** Assigns and unassigns addresses of ENIs. A call gets every address it asked for, or none. */
final class AddressActions {
  private AddressActions() {}

  /** Assigns the addresses that a new ENI is created with. */
  static void first(Transaction transaction, Eni bare, Subnet subnet, CreateNetworkInterface call) {
    var space = AddressSpace.of(transaction.state(), subnet);
    var primary =
        call.privateIp()
            .map(ip -> AddressSelection.take(space, ip))
            .orElseGet(() -> AddressSelection.one(transaction, space, subnet));
    transaction.put(bare.with(bare.assigned().withPrimary(primary)));
    transaction.tell(new Effect.AddressAssigned(primary.asCidr(), bare.id(), bare.mac()));
    if (!call.ipv4().empty()) {
      assign(transaction, new AssignPrivateIpAddresses(bare.id(), call.ipv4(), false));
    }
    if (!call.ipv6().empty()) {
      assign(transaction, new AssignIpv6Addresses(bare.id(), call.ipv6()));
    } else if (subnet.assignIpv6OnCreation() && subnet.ipv6().isPresent()) {
      assign(transaction, new AssignIpv6Addresses(bare.id(), AddressRequest.count(1)));
    }
  }

  static Ec2Answer assign(Transaction transaction, AssignPrivateIpAddresses call) {
    var request = checked(call.request());
    var eni = transaction.eni(call.eniId());
    if (call.reassign()) {
      request.ips().forEach(ip -> takeFromOther(transaction, eni, ip));
    }
    var subnet = transaction.subnet(eni.subnetId());
    // Limits come before free addresses, as in EC2: a full ENI is told so even in a full subnet.
    checkRoom(transaction, eni, eni.ipv4().size() + eni.ipv4Prefixes().size(), request);
    var selection = AddressSelection.ipv4(transaction, subnet, request);
    var next =
        eni.with(
            eni.assigned()
                .withIpv4(
                    join(eni.secondary(), selection.ips()),
                    join(eni.ipv4Prefixes(), selection.prefixes())));
    Limits.check(transaction, next);
    transaction.put(next);
    tellAssigned(transaction, next, selection);
    return new Ec2Answer.Ipv4Assigned(eni.id(), selection.ips(), selection.prefixes());
  }

  static Ec2Answer assign(Transaction transaction, AssignIpv6Addresses call) {
    var request = checked(call.request());
    var eni = transaction.eni(call.eniId());
    checkRoom(transaction, eni, eni.ipv6().size() + eni.ipv6Prefixes().size(), request);
    var selection = AddressSelection.ipv6(transaction, transaction.subnet(eni.subnetId()), request);
    var next =
        eni.with(
            eni.assigned()
                .withIpv6(
                    join(eni.ipv6(), selection.ips()),
                    join(eni.ipv6Prefixes(), selection.prefixes())));
    Limits.check(transaction, next);
    transaction.put(next);
    tellAssigned(transaction, next, selection);
    return new Ec2Answer.Ipv6Assigned(eni.id(), selection.ips(), selection.prefixes());
  }

  private static AddressRequest checked(AddressRequest request) {
    if (request.count() < 0 || request.prefixCount() < 0) {
      throw ApiError.invalid("A count of addresses must be positive");
    }
    if (request.kinds() == 0) {
      throw ApiError.missing("PrivateIpAddress, SecondaryPrivateIpAddressCount or a prefix");
    }
    if (request.kinds() > 1) {
      throw ApiError.combination(
          "Only one of addresses, address count, prefixes and prefix count may be given");
    }
    return request;
  }

  private static void checkRoom(
      Transaction transaction, Eni eni, int held, AddressRequest request) {
    var type =
        eni.attachment().map(at -> transaction.typeOf(transaction.instance(at.instanceId())));
    int limit = type.map(InstanceType::ipv4PerEni).orElse(Integer.MAX_VALUE);
    if (held + (long) request.places() > limit) {
      throw ApiError.of(
          "PrivateIpAddressLimitExceeded",
          "Number of private addresses (%d) exceeds the limit of %d for interface '%s'"
              .formatted(held + request.places(), limit, eni.id()));
    }
  }

  private static void takeFromOther(Transaction transaction, Eni eni, Ip ip) {
    transaction.state().enis().stream()
        .filter(other -> !other.id().equals(eni.id()) && other.secondary().contains(ip))
        .findFirst()
        .ifPresent(
            other ->
                unassign(
                    transaction,
                    new UnassignPrivateIpAddresses(other.id(), List.of(ip), List.of())));
  }

  static Ec2Answer unassign(Transaction transaction, UnassignPrivateIpAddresses call) {
    var eni = transaction.eni(call.eniId());
    needSome(call.ips(), call.prefixes());
    if (eni.primary().filter(call.ips()::contains).isPresent()) {
      throw ApiError.invalid("The primary address of '" + eni.id() + "' cannot be unassigned");
    }
    var next =
        eni.with(
            eni.assigned()
                .withIpv4(
                    without(eni, eni.secondary(), call.ips()),
                    without(eni, eni.ipv4Prefixes(), call.prefixes())));
    transaction.put(next);
    tellUnassigned(transaction, eni, call.ips(), call.prefixes());
    return new Ec2Answer.Done();
  }

  static Ec2Answer unassign(Transaction transaction, UnassignIpv6Addresses call) {
    var eni = transaction.eni(call.eniId());
    needSome(call.ips(), call.prefixes());
    var next =
        eni.with(
            eni.assigned()
                .withIpv6(
                    without(eni, eni.ipv6(), call.ips()),
                    without(eni, eni.ipv6Prefixes(), call.prefixes())));
    transaction.put(next);
    tellUnassigned(transaction, eni, call.ips(), call.prefixes());
    return new Ec2Answer.Ipv6Unassigned(eni.id(), call.ips(), call.prefixes());
  }

  private static void needSome(List<Ip> ips, List<Cidr> prefixes) {
    if (ips.isEmpty() && prefixes.isEmpty()) {
      throw ApiError.missing("of the addresses or prefixes to unassign");
    }
  }

  private static <T> List<T> without(Eni eni, List<T> held, List<T> gone) {
    for (var item : gone) {
      if (!held.contains(item)) {
        throw ApiError.invalid(
            "Some of the addresses are not assigned to interface '" + eni.id() + "': " + item);
      }
    }
    var left = new ArrayList<>(held);
    left.removeAll(new HashSet<>(gone));
    return left;
  }

  private static <T> List<T> join(List<T> a, List<T> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  private static void tellAssigned(Transaction transaction, Eni eni, AddressSelection selection) {
    selection
        .cidrs()
        .forEach(a -> transaction.tell(new Effect.AddressAssigned(a, eni.id(), eni.mac())));
  }

  private static void tellUnassigned(
      Transaction transaction, Eni eni, List<Ip> ips, List<Cidr> prefixes) {
    new AddressSelection(ips, prefixes)
        .cidrs()
        .forEach(a -> transaction.tell(new Effect.AddressUnassigned(a, eni.id(), eni.mac())));
  }

  /** Gives the primary address of an ENI a public one. */
  static void map(Transaction transaction, Eni eni, Ip publicIp) {
    transaction.put(eni.with(eni.assigned().withPublicIp(publicIp)));
    eni.primary().ifPresent(ip -> transaction.tell(new Effect.PublicAddressMapped(ip, publicIp)));
  }

  static void unmap(Transaction transaction, Eni eni) {
    eni.publicIp()
        .ifPresent(
            known ->
                eni.primary()
                    .ifPresent(
                        ip -> transaction.tell(new Effect.PublicAddressUnmapped(ip, known))));
  }
}
