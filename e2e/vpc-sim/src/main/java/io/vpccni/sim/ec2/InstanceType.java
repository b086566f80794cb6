package io.vpccni.sim.ec2;

import java.util.List;

/**
 * Says how many ENIs and addresses one instance type can have.
 *
 * @param ipv4PerEni is the number of address slots of an ENI; its primary address takes one, and a
 *     prefix takes one
 * @param cards holds the number of ENIs of each network card, from card 0 on
 * @param hypervisor is {@code nitro}, {@code xen} or {@code unknown}
 */
public record InstanceType(
    String name, int ipv4PerEni, List<Integer> cards, String hypervisor, boolean bareMetal) {
  public InstanceType {
    cards = List.copyOf(cards);
  }

  /** Returns the number of ENIs over all cards, as EC2 counts them. */
  public int enis() {
    return cards.stream().mapToInt(Integer::intValue).sum();
  }

  public boolean prefixes() {
    return bareMetal || hypervisor.equals("nitro");
  }
}
