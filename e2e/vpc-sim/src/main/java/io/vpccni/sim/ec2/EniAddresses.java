package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Holds the addresses that are assigned to one ENI.
 *
 * @param primary is absent while an ENI is being made, and for {@code efa-only}
 * @param secondary holds IPv4 addresses in the order in which they were assigned
 * @param publicIp is what the internet sees instead of {@code primary}
 */
public record EniAddresses(
    Optional<Ip> primary,
    List<Ip> secondary,
    List<Cidr> ipv4Prefixes,
    List<Ip> ipv6,
    List<Cidr> ipv6Prefixes,
    Optional<Ip> publicIp) {
  static final EniAddresses NONE =
      new EniAddresses(
          Optional.empty(), List.of(), List.of(), List.of(), List.of(), Optional.empty());

  public EniAddresses {
    secondary = List.copyOf(secondary);
    ipv4Prefixes = List.copyOf(ipv4Prefixes);
    ipv6 = List.copyOf(ipv6);
    ipv6Prefixes = List.copyOf(ipv6Prefixes);
  }

  /** Returns the single IPv4 addresses: the primary one first, then the secondary ones. */
  List<Ip> ipv4() {
    return Stream.concat(primary.stream(), secondary.stream()).toList();
  }

  /**
   * Returns everything whose traffic belongs to the ENI: single addresses as /32 or /128, and
   * prefixes.
   */
  List<Cidr> all() {
    return Stream.of(
            ipv4().stream().map(Ip::asCidr),
            ipv4Prefixes.stream(),
            ipv6.stream().map(Ip::asCidr),
            ipv6Prefixes.stream())
        .flatMap(each -> each)
        .toList();
  }

  EniAddresses withPrimary(Ip next) {
    return new EniAddresses(
        Optional.of(next), secondary, ipv4Prefixes, ipv6, ipv6Prefixes, publicIp);
  }

  EniAddresses withIpv4(List<Ip> ips, List<Cidr> prefixes) {
    return new EniAddresses(primary, ips, prefixes, ipv6, ipv6Prefixes, publicIp);
  }

  EniAddresses withIpv6(List<Ip> ips, List<Cidr> prefixes) {
    return new EniAddresses(primary, secondary, ipv4Prefixes, ips, prefixes, publicIp);
  }

  EniAddresses withPublicIp(Ip next) {
    return new EniAddresses(
        primary, secondary, ipv4Prefixes, ipv6, ipv6Prefixes, Optional.of(next));
  }
}
