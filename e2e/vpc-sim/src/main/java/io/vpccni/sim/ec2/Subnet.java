package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * @param cidr the IPv4 block, /16 to /28
 * @param ipv6 the /64, if one is associated
 * @param mapPublicIp whether a launched instance gets a public address for its primary one
 * @param reservations by id
 * @param occupied IPv4 addresses held by others (load balancers, other accounts): not for our ENIs
 */
public record Subnet(
    String id,
    String vpcId,
    String zone,
    Cidr cidr,
    Optional<Cidr> ipv6,
    boolean mapPublicIp,
    boolean assignIpv6OnCreation,
    SortedMap<String, CidrReservation> reservations,
    Set<Ip> occupied)
    implements Identified {
  public Subnet {
    reservations = SortedCopies.of(reservations);
    occupied = Set.copyOf(occupied);
  }

  /** EC2's router: the first address after the network address. */
  public Ip gateway() {
    return cidr.address(1);
  }

  Subnet withIpv6(Optional<Cidr> block) {
    return new Subnet(
        id, vpcId, zone, cidr, block, mapPublicIp, assignIpv6OnCreation, reservations, occupied);
  }

  Subnet withMapPublicIp(boolean on) {
    return new Subnet(
        id, vpcId, zone, cidr, ipv6, on, assignIpv6OnCreation, reservations, occupied);
  }

  Subnet withAssignIpv6(boolean on) {
    return new Subnet(id, vpcId, zone, cidr, ipv6, mapPublicIp, on, reservations, occupied);
  }

  Subnet withReservations(SortedMap<String, CidrReservation> next) {
    return new Subnet(
        id, vpcId, zone, cidr, ipv6, mapPublicIp, assignIpv6OnCreation, next, occupied);
  }

  Subnet withOccupied(Set<Ip> next) {
    return new Subnet(
        id, vpcId, zone, cidr, ipv6, mapPublicIp, assignIpv6OnCreation, reservations, next);
  }

  /**
   * A block taken out of automatic assignment: {@code PREFIX} gives only prefixes, {@code EXPLICIT}
   * only addresses asked for by number.
   */
  public record CidrReservation(
      String id, String subnetId, String owner, Cidr cidr, Kind kind, String description)
      implements Identified {
    /** As EC2 spells it in lower case. */
    public enum Kind {
      PREFIX,
      EXPLICIT
    }
  }
}
