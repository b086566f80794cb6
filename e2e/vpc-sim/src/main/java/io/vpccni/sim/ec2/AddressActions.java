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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which ENI holds which address. All or nothing: a call gets every address it asked for, or none.
 */
final class AddressActions {
  private AddressActions() {}

  /** The addresses an ENI is created with. */
  static void first(Draft draft, Eni bare, Subnet subnet, CreateNetworkInterface call) {
    var space = AddressSpace.of(draft.state(), subnet);
    var primary =
        call.privateIp()
            .map(ip -> Picks.take(space, ip))
            .orElseGet(() -> Picks.one(draft, space, subnet));
    draft.put(withPrimary(bare, primary));
    draft.tell(new Effect.AddressAssigned(primary.asCidr(), bare.id(), bare.mac()));
    if (!call.ipv4().empty()) {
      assign(draft, new AssignPrivateIpAddresses(bare.id(), call.ipv4(), false));
    }
    if (!call.ipv6().empty()) {
      assign(draft, new AssignIpv6Addresses(bare.id(), call.ipv6()));
    } else if (subnet.assignIpv6OnCreation() && subnet.ipv6().isPresent()) {
      assign(draft, new AssignIpv6Addresses(bare.id(), AddressAsk.count(1)));
    }
  }

  static Ec2Answer assign(Draft draft, AssignPrivateIpAddresses call) {
    var ask = checked(call.ask());
    var eni = draft.eni(call.eniId());
    if (call.reassign()) {
      ask.ips().forEach(ip -> takeFromOther(draft, eni, ip));
    }
    var subnet = draft.subnet(eni.subnetId());
    // Limits come before free addresses, as in EC2: a full ENI is told so even in a full subnet.
    checkRoom(draft, eni, eni.ipv4().size() + eni.ipv4Prefixes().size(), ask);
    var picks = Picks.ipv4(draft, subnet, ask);
    var next =
        eni.withIpv4(
            join(eni.secondary(), picks.ips()), join(eni.ipv4Prefixes(), picks.prefixes()));
    Limits.check(draft, next);
    draft.put(next);
    tellAssigned(draft, next, picks);
    return new Ec2Answer.Ipv4Assigned(eni.id(), picks.ips(), picks.prefixes());
  }

  static Ec2Answer assign(Draft draft, AssignIpv6Addresses call) {
    var ask = checked(call.ask());
    var eni = draft.eni(call.eniId());
    checkRoom(draft, eni, eni.ipv6().size() + eni.ipv6Prefixes().size(), ask);
    var picks = Picks.ipv6(draft, draft.subnet(eni.subnetId()), ask);
    var next =
        eni.withIpv6(join(eni.ipv6(), picks.ips()), join(eni.ipv6Prefixes(), picks.prefixes()));
    Limits.check(draft, next);
    draft.put(next);
    tellAssigned(draft, next, picks);
    return new Ec2Answer.Ipv6Assigned(eni.id(), picks.ips(), picks.prefixes());
  }

  private static AddressAsk checked(AddressAsk ask) {
    if (ask.count() < 0 || ask.prefixCount() < 0) {
      throw ApiError.invalid("A count of addresses must be positive");
    }
    if (ask.kinds() == 0) {
      throw ApiError.missing("PrivateIpAddress, SecondaryPrivateIpAddressCount or a prefix");
    }
    if (ask.kinds() > 1) {
      throw ApiError.combination(
          "Only one of addresses, address count, prefixes and prefix count may be given");
    }
    return ask;
  }

  private static void checkRoom(Draft draft, Eni eni, int held, AddressAsk ask) {
    var type = eni.attachment().map(at -> draft.typeOf(draft.instance(at.instanceId())));
    int limit = type.map(InstanceType::ipv4PerEni).orElse(Integer.MAX_VALUE);
    if (held + (long) ask.places() > limit) {
      throw ApiError.of(
          "PrivateIpAddressLimitExceeded",
          "Number of private addresses (%d) exceeds the limit of %d for interface '%s'"
              .formatted(held + ask.places(), limit, eni.id()));
    }
  }

  private static void takeFromOther(Draft draft, Eni eni, Ip ip) {
    draft.state().enis().stream()
        .filter(other -> !other.id().equals(eni.id()) && other.secondary().contains(ip))
        .findFirst()
        .ifPresent(
            other ->
                unassign(
                    draft, new UnassignPrivateIpAddresses(other.id(), List.of(ip), List.of())));
  }

  static Ec2Answer unassign(Draft draft, UnassignPrivateIpAddresses call) {
    var eni = draft.eni(call.eniId());
    needSome(call.ips(), call.prefixes());
    if (eni.primary().filter(call.ips()::contains).isPresent()) {
      throw ApiError.invalid("The primary address of '" + eni.id() + "' cannot be unassigned");
    }
    var next =
        eni.withIpv4(
            without(eni, eni.secondary(), call.ips()),
            without(eni, eni.ipv4Prefixes(), call.prefixes()));
    draft.put(next);
    tellUnassigned(draft, eni, call.ips(), call.prefixes());
    return new Ec2Answer.Done();
  }

  static Ec2Answer unassign(Draft draft, UnassignIpv6Addresses call) {
    var eni = draft.eni(call.eniId());
    needSome(call.ips(), call.prefixes());
    var next =
        eni.withIpv6(
            without(eni, eni.ipv6(), call.ips()),
            without(eni, eni.ipv6Prefixes(), call.prefixes()));
    draft.put(next);
    tellUnassigned(draft, eni, call.ips(), call.prefixes());
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

  private static void tellAssigned(Draft draft, Eni eni, Picks picks) {
    picks.cidrs().forEach(a -> draft.tell(new Effect.AddressAssigned(a, eni.id(), eni.mac())));
  }

  private static void tellUnassigned(Draft draft, Eni eni, List<Ip> ips, List<Cidr> prefixes) {
    new Picks(ips, prefixes)
        .cidrs()
        .forEach(a -> draft.tell(new Effect.AddressUnassigned(a, eni.id(), eni.mac())));
  }

  /** The internet knows the primary address by another one from now on. */
  static void map(Draft draft, Eni eni, Ip publicIp) {
    draft.put(eni.withPublicIp(Optional.of(publicIp)));
    eni.primary().ifPresent(ip -> draft.tell(new Effect.PublicAddressMapped(ip, publicIp)));
  }

  static void unmap(Draft draft, Eni eni) {
    eni.publicIp()
        .ifPresent(
            known ->
                eni.primary()
                    .ifPresent(ip -> draft.tell(new Effect.PublicAddressUnmapped(ip, known))));
  }

  private static Eni withPrimary(Eni eni, Ip primary) {
    return new Eni(
        eni.id(),
        eni.subnetId(),
        eni.vpcId(),
        eni.zone(),
        eni.mac(),
        eni.description(),
        eni.type(),
        Optional.of(primary),
        eni.secondary(),
        eni.ipv4Prefixes(),
        eni.ipv6(),
        eni.ipv6Prefixes(),
        eni.groups(),
        eni.sourceDestCheck(),
        eni.availableAt(),
        eni.tracking(),
        eni.publicIp(),
        eni.attachment());
  }
}
