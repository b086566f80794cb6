package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Keeps the free IPv6 addresses of a subnet's /64. There are too many for a bit set, so it draws
 * one and checks that it is free.
 */
final class Ipv6Space {
  private static final int PREFIX_LENGTH = 80;

  /**
   * At most this many prefixes are drawn for one address. Of the 65,536 prefixes a free one is
   * found by then unless nearly all are taken.
   */
  private static final int DRAWS = 10_000;

  private final Cidr cidr;
  private final TreeSet<Cidr> taken;

  private Ipv6Space(Cidr cidr, List<Cidr> taken) {
    this.cidr = cidr;
    this.taken = new TreeSet<>(taken);
  }

  static Ipv6Space of(CloudState state, Subnet subnet) {
    var cidr =
        subnet
            .ipv6()
            .orElseThrow(
                () ->
                    ApiError.invalid(
                        "The subnet '" + subnet.id() + "' has no IPv6 CIDR block associated"));
    var taken =
        state
            .enisIn(subnet.id())
            .flatMap(eni -> eni.addresses().stream())
            .filter(Cidr::v6)
            .toList();
    return new Ipv6Space(cidr, taken);
  }

  boolean contains(Cidr block) {
    return cidr.contains(block);
  }

  boolean isFree(Cidr block) {
    // Blocks never overlap partly: only an equal or lower neighbour can contain it, or it the next.
    var below = taken.floor(block);
    var above = taken.ceiling(block);
    return cidr.contains(block)
        && !reserved(block)
        && (below == null || !below.contains(block))
        && (above == null || !block.contains(above));
  }

  /** Returns whether it overlaps the first four addresses or the last one, which AWS keeps. */
  private boolean reserved(Cidr block) {
    var last = Ip.v6(cidr.network().high(), -1L);
    return block.contains(last)
        || (block.network().high() == cidr.network().high()
            && Long.compareUnsigned(block.network().low(), 4) < 0);
  }

  void take(Cidr block) {
    taken.add(block);
  }

  Optional<Ip> takeOne(Rules.Choice choice, RandomGenerator chance) {
    return draw(choice, 1, 128, chance).map(Cidr::network);
  }

  Optional<Cidr> takePrefix(Rules.Choice choice, RandomGenerator chance) {
    return draw(choice, 1L << 48, PREFIX_LENGTH, chance);
  }

  private Optional<Cidr> draw(Rules.Choice choice, long step, int length, RandomGenerator chance) {
    for (int i = 0; i < DRAWS; i++) {
      long number =
          switch (choice) {
            case LOWEST -> (i + 1) * step;
            case RANDOM -> chance.nextLong() / step * step;
          };
      var block = new Cidr(Ip.v6(cidr.network().high(), number), length);
      if (isFree(block)) {
        taken.add(block);
        return Optional.of(block);
      }
    }
    return Optional.empty();
  }
}
