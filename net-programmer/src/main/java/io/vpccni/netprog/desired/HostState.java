package io.vpccni.netprog.desired;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;

/**
 * Describes the desired state of the host itself, without its pods.
 *
 * @param ipv6Node whether pods get IPv6 addresses; otherwise they get IPv4 addresses
 * @param eniMtu MTU of the ENIs' links, 576 to 9001
 * @param vethPrefix prefix of host veth names, 1 to 4 characters
 * @param podEni how branch-ENI pods are routed; empty if branch ENIs are disabled
 * @param egress whether pods reach the other family through node-local addresses
 */
public record HostState(
    boolean ipv6Node,
    PrimaryEni primary,
    Cidrs cidrs,
    NatSettings nat,
    int eniMtu,
    String vethPrefix,
    Optional<PodSecurityGroupMode> podEni,
    boolean egress,
    List<SecondaryEni> enis) {
  public HostState {
    enis = List.copyOf(enis);
  }

  /**
   * Describes the ENI with which the instance was launched.
   *
   * @param ip the node's address, of the node's family
   * @param otherFamilyIp the node's address of the other family, which node-local egress is
   *     translated to
   */
  public record PrimaryEni(Mac mac, Ip ip, Optional<Ip> otherFamilyIp) {}

  /**
   * Lists the blocks of addresses that are treated specially.
   *
   * @param vpc the VPC's blocks, of the node's family
   * @param snatExcluded further IPv4 blocks to which pods keep their own address
   * @param externalServices IPv4 blocks that are always reached through the main table
   */
  public record Cidrs(List<Cidr> vpc, List<Cidr> snatExcluded, List<Cidr> externalServices) {
    public Cidrs {
      vpc = List.copyOf(vpc);
      snatExcluded = List.copyOf(snatExcluded);
      externalServices = List.copyOf(externalServices);
    }
  }

  /**
   * Holds the settings of address translation and connection marks.
   *
   * @param externalSnat whether something outside of the node translates pods' addresses
   * @param nodePort whether answers to NodePort traffic must leave through the primary ENI
   * @param connmark value and mask of the connection mark; not 0
   */
  public record NatSettings(
      boolean externalSnat, boolean nodePort, SnatRandomization randomization, int connmark) {}

  /** This says how SNAT chooses a source port (AWS_VPC_K8S_CNI_RANDOMIZESNAT). */
  public enum SnatRandomization {
    FULLY,
    HASH,
    NONE
  }

  /** This says how the traffic of branch-ENI pods is routed (POD_SECURITY_GROUP_ENFORCING_MODE). */
  public enum PodSecurityGroupMode {
    STRICT,
    STANDARD
  }

  /**
   * Describes a secondary ENI that is attached to the node.
   *
   * @param primaryIp the ENI's primary address, of the node's family
   * @param subnet the ENI's subnet, of the node's family
   * @param routeTable the computed table number; on network cards above 0 an existing rule may
   *     override it
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
