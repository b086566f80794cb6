package io.vpccni.sim.ec2;

import java.util.List;

/**
 * What one instance type can hold.
 *
 * @param ipv4PerEni addresses of an ENI, its primary one included; a prefix takes one place
 * @param cards how many ENIs each network card takes, from card 0 on
 * @param hypervisor {@code nitro}, {@code xen} or {@code unknown}
 */
public record InstanceType(
    String name, int ipv4PerEni, List<Integer> cards, String hypervisor, boolean bareMetal) {
  public InstanceType {
    cards = List.copyOf(cards);
  }

  /** As EC2 counts: over all cards. */
  public int enis() {
    return cards.stream().mapToInt(Integer::intValue).sum();
  }

  public boolean prefixes() {
    return bareMetal || hypervisor.equals("nitro");
  }
}
