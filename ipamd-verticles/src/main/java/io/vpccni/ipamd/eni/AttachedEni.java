package io.vpccni.ipamd.eni;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One attached ENI as EC2 or IMDS shows it.
 *
 * @param mac lower-case colon form
 * @param deviceNumber 0 on card 0 is the primary ENI
 * @param primaryIp the first of the family that the node's pods use, else of the other one (an ENI
 *     may have addresses of one family only); absent on EFA-only ENIs
 * @param subnetCidr of the family of {@code primaryIp}
 * @param cidrs what pods may get: secondary addresses as /32 (never {@code primaryIp}), prefixes as
 *     /28 or /80
 * @param primary whether it is the node's primary ENI
 * @param excluded whether its subnet is excluded from pod addresses
 * @param managed false for ENIs that tags or an unmanaged card keep from us
 * @param tags empty where unknown (IMDS-only mode)
 */
public record AttachedEni(
    EniId id,
    String mac,
    int networkCard,
    int deviceNumber,
    SubnetId subnet,
    Optional<Cidr> subnetCidr,
    Optional<Ip> primaryIp,
    List<Cidr> cidrs,
    EniKind kind,
    boolean primary,
    boolean excluded,
    boolean managed,
    Map<String, String> tags) {
  public AttachedEni {
    cidrs = List.copyOf(cidrs);
    tags = Map.copyOf(tags);
  }
}
