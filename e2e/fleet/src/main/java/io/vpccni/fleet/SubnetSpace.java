package io.vpccni.fleet;

import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Keeps which addresses of a subnet are taken. Single addresses are chosen at random, as EC2 does,
 * so they break up the blocks of 16 that prefixes need.
 */
final class SubnetSpace {
  private static final int PREFIX = 16;

  /** EC2 keeps the first four addresses of a subnet and the last one for itself. */
  private static final int KEPT_AT_START = 4;

  private final SubnetId id;
  private final Cidr cidr;
  private final RandomGenerator chance;
  private final BitSet taken = new BitSet();
  private int free;

  SubnetSpace(SubnetId id, Cidr cidr, RandomGenerator chance) {
    this.id = id;
    this.cidr = cidr;
    this.chance = chance;
    this.free = Math.toIntExact(cidr.size());
    for (int kept = 0; kept < KEPT_AT_START; kept++) take(kept, 1);
    take(Math.toIntExact(cidr.size()) - 1, 1);
  }

  SubnetId id() {
    return id;
  }

  Cidr cidr() {
    return cidr;
  }

  /** Returns how many addresses are free. */
  int free() {
    return free;
  }

  /** Takes single addresses; takes none and fails if there are not so many. */
  List<Ip> takeSingles(String action, int count) {
    if (free < count) {
      throw Ec2Refused.of(
          action, "InsufficientFreeAddressesInSubnet", id + " has " + free + " free addresses");
    }
    var ips = new ArrayList<Ip>();
    while (ips.size() < count) {
      int from = chance.nextInt(Math.toIntExact(cidr.size()));
      int found = taken.nextClearBit(from);
      if (found >= cidr.size()) found = taken.nextClearBit(0);
      take(found, 1);
      ips.add(cidr.address(found));
    }
    return ips;
  }

  /** Takes prefixes; takes none and fails if there are not so many blocks of 16 in one piece. */
  List<Cidr> takePrefixes(String action, int count) {
    int blocks = Math.toIntExact(cidr.size() / PREFIX);
    int from = chance.nextInt(blocks);
    var found = new ArrayList<Integer>();
    for (int i = 0; i < blocks && found.size() < count; i++) {
      int start = (from + i) % blocks * PREFIX;
      int used = taken.nextSetBit(start);
      if (used < 0 || used >= start + PREFIX) found.add(start);
    }
    if (found.size() < count) {
      throw Ec2Refused.of(
          action, "InsufficientCidrBlocks", id + " has no " + count + " contiguous /28 left");
    }
    found.forEach(start -> take(start, PREFIX));
    return found.stream().map(start -> new Cidr(cidr.address(start), 28)).toList();
  }

  private void take(int start, int count) {
    taken.set(start, start + count);
    free -= count;
  }

  void giveBack(Cidr given) {
    int start = Math.toIntExact(given.network().low() - cidr.network().low());
    taken.clear(start, start + Math.toIntExact(given.size()));
    free += Math.toIntExact(given.size());
  }
}
