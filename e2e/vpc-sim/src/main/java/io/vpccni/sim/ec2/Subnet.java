package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * @param cidr is the IPv4 block, a /16 to a /28
 * @param ipv6 is a /64, if one is associated
 * @param mapPublicIp says whether a new instance gets a public address for its primary one
 * @param reservations are by id
 * @param occupied are IPv4 addresses that others use, such as load balancers or other accounts
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

  /** Returns the address of EC2's router: the first one after the network address. */
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
   * Takes a block out of automatic assignment. {@code PREFIX} is for prefixes alone, {@code
   * EXPLICIT} for addresses that a call names.
   */
  public record CidrReservation(
      String id, String subnetId, String owner, Cidr cidr, Kind kind, String description)
      implements Identified {
    /** The kind says what a block is reserved for; EC2 spells it in lower case. */
    public enum Kind {
      PREFIX,
      EXPLICIT
    }
  }
}
