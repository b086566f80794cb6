package io.vpccni.netprog.netfilter;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The settings that decide about SNAT and connection marks.
 *
 * @param primaryInterface link name of the primary ENI
 * @param node empty on an IPv6 node, which has neither SNAT nor marks of its own
 * @param mark value and mask, 1 or more
 * @param vethPrefixes prefixes of host veth names: the desired one, then those of pods that are
 *     older
 * @param egress the node-local egress of the other family, where it is on or a pod still has it
 * @param containers ids of the desired pods
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

  /** The same rules, whatever pods are there; chains of a predecessor aside. */
  boolean sameRules(DesiredNetfilter other) {
    return other.of(containers).equals(this);
  }

  private DesiredNetfilter of(Set<String> pods) {
    return new DesiredNetfilter(
        primaryInterface, node, mark, vethPrefixes, randomization, egress, pods);
  }

  /**
   * @param excluded CIDRs beside the VPC's that keep the pod's address
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

  /** How SNAT chooses a port. */
  public enum Randomization {
    FULLY("--random-fully"),
    HASH("--random"),
    NONE("");

    private final String flag;

    Randomization(String flag) {
      this.flag = flag;
    }

    /** The flag of iptables' SNAT target, empty for none. */
    String flag() {
      return flag;
    }
  }

  /** Node-local addresses with which pods reach the family that the cluster does not speak. */
  public sealed interface Egress {
    /**
     * IPv6 node: pods reach IPv4.
     *
     * @param nodeIp what they are masked with; without it they are only kept from each other
     */
    record Ipv4(Optional<Ip> nodeIp) implements Egress {}

    /** IPv4 node: pods reach IPv6. */
    record Ipv6(Optional<Ip> nodeIp) implements Egress {}
  }
}
