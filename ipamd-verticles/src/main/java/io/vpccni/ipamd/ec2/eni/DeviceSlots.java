package io.vpccni.ipamd.ec2.eni;

import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Keeps the device indices of one instance: which are taken, and which are reserved for an
 * attachment that is under way. Only {@link NodeEnis} has one, so two attachments never want the
 * same index.
 */
final class DeviceSlots {
  /** Route tables of branch ENIs are numbered from VLAN id + 100, those of ENIs by device. */
  private static final int COUNT = 100;

  /** This is where an ENI is attached, or may be. */
  record Slot(int networkCard, int deviceIndex) {}

  private static final Slot PRIMARY = new Slot(0, 0);

  private final Set<Slot> taken = new HashSet<>();
  private final Set<Slot> reserved = new HashSet<>();

  /** Takes over what EC2 shows in place of what was learned before; reservations stay. */
  void learn(Collection<Slot> shown) {
    taken.clear();
    taken.addAll(shown);
  }

  /** Takes note that an ENI, ours or another, has this index. */
  void take(Slot slot) {
    reserved.remove(slot);
    taken.add(slot);
  }

  /** Reserves the lowest free index of the card; the result is empty if none is free. */
  Optional<Slot> reserve(int networkCard) {
    var lowest =
        IntStream.range(0, COUNT)
            .mapToObj(index -> new Slot(networkCard, index))
            .filter(this::isFree)
            .findFirst();
    lowest.ifPresent(reserved::add);
    return lowest;
  }

  /** Gives back an index whose attachment has not come about. */
  void giveBack(Slot slot) {
    reserved.remove(slot);
  }

  private boolean isFree(Slot slot) {
    return !slot.equals(PRIMARY) && !taken.contains(slot) && !reserved.contains(slot);
  }
}
