package io.vpccni.netprog.netfilter;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Holds the state from which all netfilter rules of the node follow.
 *
 * @param primaryInterface name of the primary ENI's link
 * @param node empty on an IPv6 node, which has neither SNAT nor connection marks
 * @param mark value and mask of the connection mark; not 0
 * @param vethPrefixes prefixes of host veth names: the configured one first, then those of pods
 *     made under an older setting
 * @param egress the node-local egress of the other family, if it is enabled or a pod still has it
 * @param containers ids of the desired pods' containers
 */
public record DesiredNetfilter(
    String primaryInterface,
    Optional<Ipv4Node> node,
    int mark,
    List<String> vethPrefixes,
    Randomization randomization,
    Optional<Egress> egress,
    Set<String> containers) {
  public DesiredNetfilter {
    vethPrefixes = List.copyOf(vethPrefixes);
    containers = Set.copyOf(containers);
  }

  /**
   * Tells whether both lead to the same rules, whatever pods are there; this disregards chains that
   * the reference made for single pods.
   */
  boolean sameRules(DesiredNetfilter other) {
    return other.of(containers).equals(this);
  }

  private DesiredNetfilter of(Set<String> pods) {
    return new DesiredNetfilter(
        primaryInterface, node, mark, vethPrefixes, randomization, egress, pods);
  }

  /**
   * Holds the IPv4 part of the node's SNAT settings.
   *
   * @param excluded CIDRs besides the VPC's to which pods keep their own address
   */
  public record Ipv4Node(
      Ip primaryIp,
      List<Cidr> vpcCidrs,
      List<Cidr> excluded,
      boolean externalSnat,
      boolean nodePort) {
    public Ipv4Node {
      vpcCidrs = vpcCidrs.stream().distinct().toList();
      excluded = excluded.stream().distinct().toList();
    }
  }

  /** This says how SNAT chooses a source port. */
  public enum Randomization {
    FULLY("--random-fully"),
    HASH("--random"),
    NONE("");

    private final String flag;

    Randomization(String flag) {
      this.flag = flag;
    }

    /** Returns the flag of iptables' SNAT target, or an empty text for none. */
    String flag() {
      return flag;
    }
  }

  /** Node-local addresses let pods reach the family that the cluster does not use. */
  public sealed interface Egress {
    /**
     * On an IPv6 node, pods reach IPv4.
     *
     * @param nodeIp the address that egress is translated to; without it pods are only kept from
     *     reaching each other
     */
    record Ipv4(Optional<Ip> nodeIp) implements Egress {}

    /** On an IPv4 node, pods reach IPv6. */
    record Ipv6(Optional<Ip> nodeIp) implements Egress {}
  }
}
