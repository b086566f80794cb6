package io.vpccni.ipamd.ec2.eni;

import io.vpccni.ipamd.ec2.api.EniView;
import java.util.Collection;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Device indices of one instance. One owner hands them out, so two attachments never want the same;
 * what others attach (a trunk ENI, for example) is learned from EC2. For one context only.
 */
final class DeviceSlots {
  /** Route tables of branch ENIs are numbered from VLAN id + 100, those of ENIs by device. */
  private static final int COUNT = 100;

  record Slot(int networkCard, int deviceIndex) {}

  private static final Slot PRIMARY = new Slot(0, 0);

  private final Set<Slot> attached = new HashSet<>();
  private final Set<Slot> reserved = new HashSet<>();

  /** What EC2 shows replaces what was learned; reservations stay. */
  void learn(Collection<EniView> enis) {
    attached.clear();
    enis.forEach(this::add);
  }

  void add(EniView eni) {
    eni.attachment().ifPresent(at -> attached.add(new Slot(at.networkCard(), at.deviceIndex())));
  }

  /** EC2 says that another ENI has it. */
  void taken(Slot slot) {
    attached.add(slot);
  }

  /** The lowest free index of the card, kept until {@link #free}; empty if all are taken. */
  OptionalInt reserve(int networkCard) {
    var lowest =
        IntStream.range(0, COUNT).filter(index -> isFree(new Slot(networkCard, index))).findFirst();
    lowest.ifPresent(index -> reserved.add(new Slot(networkCard, index)));
    return lowest;
  }

  void free(Slot slot) {
    reserved.remove(slot);
  }

  private boolean isFree(Slot slot) {
    return !slot.equals(PRIMARY) && !attached.contains(slot) && !reserved.contains(slot);
  }
}
