package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Chooses the addresses for one request. If they do not all fit, the call is refused. */
record AddressSelection(List<Ip> ips, List<Cidr> prefixes) {
  Stream<Cidr> cidrs() {
    return Stream.concat(ips.stream().map(Ip::asCidr), prefixes.stream());
  }

  static AddressSelection ipv4(Transaction transaction, Subnet subnet, AddressRequest request) {
    var space = AddressSpace.of(transaction.state(), subnet);
    var ips = new ArrayList<Ip>();
    request.ips().forEach(ip -> ips.add(take(space, ip)));
    var prefixes = new ArrayList<Cidr>();
    for (var block : request.prefixes()) {
      if (block.prefix() != 28 || !space.contains(block)) {
        throw ApiError.invalid("The prefix " + block + " is no /28 of the subnet's address range");
      }
      if (!space.isFree(block)) {
        throw inUse("The prefix " + block + " is in use.");
      }
      space.take(block);
      prefixes.add(block);
    }
    for (int i = 0; i < request.count(); i++) {
      ips.add(one(transaction, space, subnet));
    }
    for (int i = 0; i < request.prefixCount(); i++) {
      prefixes.add(
          space
              .takePrefix(transaction.context().rules().choice(), transaction.context().chance())
              .orElseThrow(() -> noBlock(subnet)));
    }
    return new AddressSelection(ips, prefixes);
  }

  static Ip take(AddressSpace space, Ip ip) {
    if (!space.contains(ip.asCidr())) {
      throw ApiError.invalid("Address " + ip + " does not fall within the subnet's address range");
    }
    if (space.isReserved(ip)) {
      throw ApiError.invalid("Address " + ip + " is in subnet's reserved address range");
    }
    if (!space.isFree(ip)) {
      throw inUse("Address " + ip + " is in use.");
    }
    space.take(ip.asCidr());
    return ip;
  }

  static Ip one(Transaction transaction, AddressSpace space, Subnet subnet) {
    return space
        .takeOne(transaction.context().rules().choice(), transaction.context().chance())
        .orElseThrow(
            () ->
                ApiError.of(
                    "InsufficientFreeAddressesInSubnet",
                    "The specified subnet does not have enough free addresses to satisfy the"
                        + " request: "
                        + subnet.id()));
  }

  static AddressSelection ipv6(Transaction transaction, Subnet subnet, AddressRequest request) {
    var space = Ipv6Space.of(transaction.state(), subnet);
    var rules = transaction.context().rules();
    var chance = transaction.context().chance();
    var explicit = new AddressSelection(request.ips(), request.prefixes());
    explicit.cidrs().forEach(block -> take(space, block));
    var ips = new ArrayList<Ip>(request.ips());
    var prefixes = new ArrayList<Cidr>(request.prefixes());
    for (int i = 0; i < request.count(); i++) {
      ips.add(space.takeOne(rules.choice(), chance).orElseThrow(() -> noBlock(subnet)));
    }
    for (int i = 0; i < request.prefixCount(); i++) {
      prefixes.add(space.takePrefix(rules.choice(), chance).orElseThrow(() -> noBlock(subnet)));
    }
    return new AddressSelection(ips, prefixes);
  }

  private static void take(Ipv6Space space, Cidr block) {
    if (!space.contains(block)) {
      throw ApiError.invalid(block + " does not fall within the subnet's address range");
    }
    if (!space.isFree(block)) {
      throw inUse(block + " is in use.");
    }
    space.take(block);
  }

  private static ApiError noBlock(Subnet subnet) {
    return ApiError.of(
        "InsufficientCidrBlocks",
        "The specified subnet does not have enough free cidr blocks to satisfy the request: "
            + subnet.id());
  }

  private static ApiError inUse(String message) {
    return ApiError.of("InvalidIPAddress.InUse", message);
  }
}
