package io.vpccni.netprog.desired;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the host, not a single pod, should look like.
 *
 * @param ipv6Node whether pods get IPv6 addresses (else IPv4)
 * @param primaryMac of the primary ENI
 * @param primaryIp of the node, in its own family
 * @param egressIp of the node in the other family, which node-local egress is masked with
 * @param vpcCidrs of the node's family
 * @param externalServiceCidrs IPv4; always reached through the main table
 * @param connmark value and mask, 1 or more
 * @param eniMtu 576 to 9001
 * @param vethPrefix of host veth names, at most 4 characters
 * @param podEni present where branch ENIs are on
 * @param egress whether pods reach the other family through node-local addresses
 */
public record HostState(
    boolean ipv6Node,
    Mac primaryMac,
    Ip primaryIp,
    Optional<Ip> egressIp,
    List<Cidr> vpcCidrs,
    List<Cidr> excludeSnatCidrs,
    List<Cidr> externalServiceCidrs,
    boolean externalSnat,
    boolean nodePort,
    SnatRandomization snatRandomization,
    int connmark,
    int eniMtu,
    String vethPrefix,
    Optional<PodSecurityGroupMode> podEni,
    boolean egress,
    List<SecondaryEni> enis) {
  public HostState {
    vpcCidrs = List.copyOf(vpcCidrs);
    excludeSnatCidrs = List.copyOf(excludeSnatCidrs);
    externalServiceCidrs = List.copyOf(externalServiceCidrs);
    enis = List.copyOf(enis);
  }

  /** How SNAT chooses a port. */
  public enum SnatRandomization {
    FULLY,
    HASH,
    NONE
  }

  /** How traffic of branch-ENI pods is led (POD_SECURITY_GROUP_ENFORCING_MODE). */
  public enum PodSecurityGroupMode {
    STRICT,
    STANDARD
  }

  /**
   * An ENI besides the primary one.
   *
   * @param primaryIp of the node's family
   * @param subnet of the node's family
   * @param routeTable the computed one; on cards above 0 a rule that is already there may override
   *     it
   */
  public record SecondaryEni(
      String eniId,
      Mac mac,
      Ip primaryIp,
      Cidr subnet,
      int networkCard,
      int deviceNumber,
      int routeTable,
      boolean trunk) {}
}
