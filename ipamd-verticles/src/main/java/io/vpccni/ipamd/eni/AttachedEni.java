package io.vpccni.ipamd.eni;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Describes one attached ENI as EC2 or IMDS shows it. The EC2 side owns what is attached; the pool,
 * the data plane and the checkpoint have copies of what it last described.
 *
 * @param mac lower-case colon form
 * @param subnetCidr of the family of {@code primaryIp}; empty where nobody has shown it
 * @param primaryIp the first of the family that the node's pods use, else of the other one (an ENI
 *     may have addresses of one family only); absent on EFA-only ENIs
 * @param cidrs what pods may get: secondary addresses as /32 (never {@code primaryIp}), prefixes as
 *     /28 or /80
 * @param tags empty where unknown (IMDS-only mode)
 */
public record AttachedEni(
    EniId id,
    String mac,
    Place place,
    SubnetId subnet,
    Optional<Cidr> subnetCidr,
    Optional<Ip> primaryIp,
    List<Cidr> cidrs,
    EniKind kind,
    Standing standing,
    Map<String, String> tags) {
  public AttachedEni {
    cidrs = List.copyOf(cidrs);
    tags = Map.copyOf(tags);
  }

  /** This is where it is attached; device 0 on card 0 is the primary ENI. */
  public record Place(int networkCard, int deviceNumber) {}

  /**
   * This is what it is to us.
   *
   * @param primary whether it is the node's primary ENI
   * @param excluded whether its subnet is excluded from pod addresses
   * @param managed false for ENIs that tags or an unmanaged card keep from us
   */
  public record Standing(boolean primary, boolean excluded, boolean managed) {}

  public int networkCard() {
    return place.networkCard();
  }

  public int deviceNumber() {
    return place.deviceNumber();
  }

  public boolean primary() {
    return standing.primary();
  }

  public boolean excluded() {
    return standing.excluded();
  }

  public boolean managed() {
    return standing.managed();
  }

  /**
   * Tells whether the host can be made to route by it. The primary ENI is the host's own already;
   * the gateway of another one follows from its address and its subnet's block.
   */
  public boolean routable() {
    return primary() || (primaryIp.isPresent() && subnetCidr.isPresent());
  }

  /** Returns the same ENI with the block that its subnet is known to have. */
  public AttachedEni withSubnetCidr(Optional<Cidr> known) {
    return new AttachedEni(id, mac, place, subnet, known, primaryIp, cidrs, kind, standing, tags);
  }

  public AttachedEni withManaged(boolean managed) {
    return new AttachedEni(
        id,
        mac,
        place,
        subnet,
        subnetCidr,
        primaryIp,
        cidrs,
        kind,
        new Standing(standing.primary(), standing.excluded(), managed),
        tags);
  }
}
