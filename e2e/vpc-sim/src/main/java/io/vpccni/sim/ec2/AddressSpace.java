package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Subnet.CidrReservation.Kind;
import java.util.BitSet;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Keeps the free IPv4 addresses of a subnet, by offset from its network address. */
final class AddressSpace {
  /** A prefix is a /28 and has this many addresses. */
  static final int PREFIX = 16;

  private static final int KEPT = 4;

  private final Cidr cidr;
  private final int size;
  private final BitSet taken;
  private final BitSet onlyPrefixes;
  private final BitSet onlyExplicit;

  private AddressSpace(Cidr cidr) {
    this.cidr = cidr;
    this.size = (int) cidr.size();
    this.taken = new BitSet(size);
    this.onlyPrefixes = new BitSet(size);
    this.onlyExplicit = new BitSet(size);
  }

  static AddressSpace of(CloudState state, Subnet subnet) {
    var space = new AddressSpace(subnet.cidr());
    // AWS keeps the network address, router, DNS, a spare, and the last address.
    space.taken.set(0, KEPT);
    space.taken.set(space.size - 1);
    for (var reservation : subnet.reservations().values()) {
      var bits = reservation.kind() == Kind.PREFIX ? space.onlyPrefixes : space.onlyExplicit;
      space.mark(bits, reservation.cidr());
    }
    subnet.occupied().forEach(ip -> space.mark(space.taken, ip.asCidr()));
    state
        .enisIn(subnet.id())
        .flatMap(eni -> eni.addresses().stream())
        .filter(subnet.cidr()::contains)
        .forEach(address -> space.mark(space.taken, address));
    return space;
  }

  private void mark(BitSet bits, Cidr address) {
    if (!address.v6()) {
      int from = offset(address.network());
      bits.set(from, from + (int) address.size());
    }
  }

  int free() {
    return size - taken.cardinality();
  }

  boolean contains(Cidr block) {
    return cidr.contains(block);
  }

  /** Returns whether it is one of the five addresses that AWS keeps in every subnet. */
  boolean isReserved(Ip ip) {
    int at = offset(ip);
    return at < KEPT || at == size - 1;
  }

  boolean isFree(Ip ip) {
    return cidr.contains(ip) && !taken.get(offset(ip));
  }

  boolean isFree(Cidr block) {
    if (!cidr.contains(block)) {
      return false;
    }
    int from = offset(block.network());
    int next = taken.nextSetBit(from);
    return next < 0 || next >= from + block.size();
  }

  void take(Cidr block) {
    mark(taken, block);
  }

  /** Takes a free single address. */
  Optional<Ip> takeOne(Rules.Choice choice, RandomGenerator chance) {
    var blocked = (BitSet) taken.clone();
    blocked.or(onlyPrefixes);
    blocked.or(onlyExplicit);
    int start = start(choice, chance, size);
    int found = blocked.nextClearBit(start);
    if (found >= size) {
      found = blocked.nextClearBit(0);
    }
    if (found >= size) {
      return Optional.empty();
    }
    taken.set(found);
    return Optional.of(cidr.address(found));
  }

  /** Takes a free aligned /28, out of a prefix reservation if there is one. */
  Optional<Cidr> takePrefix(Rules.Choice choice, RandomGenerator chance) {
    int blocks = size / PREFIX;
    int start = start(choice, chance, Math.max(blocks, 1));
    return prefix(start, blocks, true).or(() -> prefix(start, blocks, false));
  }

  private Optional<Cidr> prefix(int start, int blocks, boolean reserved) {
    for (int i = 0; i < blocks; i++) {
      int from = (start + i) % blocks * PREFIX;
      boolean fits =
          taken.get(from, from + PREFIX).isEmpty()
              && onlyExplicit.get(from, from + PREFIX).isEmpty()
              && (!reserved || onlyPrefixes.get(from, from + PREFIX).cardinality() == PREFIX);
      if (fits) {
        taken.set(from, from + PREFIX);
        return Optional.of(new Cidr(cidr.address(from), 28));
      }
    }
    return Optional.empty();
  }

  private static int start(Rules.Choice choice, RandomGenerator chance, int bound) {
    return switch (choice) {
      case RANDOM -> chance.nextInt(bound);
      case LOWEST -> 0;
    };
  }

  private int offset(Ip ip) {
    return (int) (ip.low() - cidr.network().low());
  }
}
