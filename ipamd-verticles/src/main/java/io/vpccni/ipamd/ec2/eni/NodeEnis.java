package io.vpccni.ipamd.ec2.eni;

import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.eni.DeviceSlots.Slot;
import io.vpccni.ipamd.eni.EniId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Keeps the ENIs attached to this instance, and the device indices that they take: what EC2 last
 * showed, corrected by what our own calls have changed since. It is the one owner of both; what the
 * pool, the data plane and the checkpoint have are copies of what a Describe answered. It is pure,
 * and for one context only.
 */
final class NodeEnis {
  /** For this long our own call's answer is believed over a Describe, which may lag behind. */
  static final Duration TRUST = Duration.ofSeconds(60);

  private final String instance;
  private final DeviceSlots slots = new DeviceSlots();
  private final Map<EniId, EniView> enis = new HashMap<>();

  /** This is when a call of ours has attached or detached an ENI. */
  private final Map<EniId, Instant> changed = new HashMap<>();

  /**
   * Has ENIs of ours that are being created or freed: they are not attached yet or any more, and
   * not leaked.
   */
  private final Set<EniId> inWork = new HashSet<>();

  /** Calls that create an ENI and are not answered yet: EC2 may show one that we do not know. */
  private int creating;

  private boolean described;

  NodeEnis(String instance) {
    this.instance = instance;
  }

  /**
   * Takes over what EC2 shows of this instance; returns what is attached, with our own fresh
   * changes. An ENI that is being detached counts as gone, but still takes its device index.
   */
  List<EniView> described(Collection<EniView> shown, Instant now) {
    changed.values().removeIf(at -> at.plus(TRUST).isBefore(now));
    var merged = new HashMap<EniId, EniView>();
    shown.stream()
        .filter(eni -> eni.attachedTo(instance))
        .forEach(eni -> merged.put(eni.id(), eni));
    for (var id : changed.keySet()) {
      var own = enis.get(id);
      if (own == null) {
        merged.remove(id);
      } else {
        merged.putIfAbsent(id, own);
      }
    }
    enis.clear();
    enis.putAll(merged);
    slots.learn(
        Stream.concat(shown.stream(), merged.values().stream())
            .flatMap(eni -> eni.attachment().stream())
            .map(NodeEnis::slot)
            .toList());
    described = true;
    return all();
  }

  private static Slot slot(EniView.Attachment at) {
    return new Slot(at.networkCard(), at.deviceIndex());
  }

  /** Tells whether EC2 has been asked at all. */
  boolean isDescribed() {
    return described;
  }

  List<EniView> all() {
    return List.copyOf(enis.values());
  }

  Optional<EniView> of(EniId id) {
    return Optional.ofNullable(enis.get(id));
  }

  /** Reserves the lowest free device index of the card; the result is empty if none is free. */
  Optional<Slot> reserve(int networkCard) {
    return slots.reserve(networkCard);
  }

  /** Takes note that EC2 has attached something there: our ENI, or another before it. */
  void take(Slot slot) {
    slots.take(slot);
  }

  /** Gives back a reserved index to which nothing was attached. */
  void giveBack(Slot slot) {
    slots.giveBack(slot);
  }

  /**
   * Takes note that a call of ours has attached the ENI, or that EC2 shows that it did. If it has
   * been marked meanwhile to be deleted with the instance, it stays so.
   */
  void attached(EniView eni, Instant now) {
    var marked = eni.markedForDeletion();
    boolean isMarked =
        of(eni.id()).filter(known -> known.attachment().equals(marked.attachment())).isPresent();
    enis.put(eni.id(), isMarked ? marked : eni);
    eni.attachment().map(NodeEnis::slot).ifPresent(slots::take);
    changed.put(eni.id(), now);
  }

  /**
   * Takes note that the ENI is off the node; its device index stays taken until EC2 no longer shows
   * it there.
   */
  void detached(EniId id, Instant now) {
    enis.remove(id);
    changed.put(id, now);
  }

  /** Takes note of what a call of ours has changed and a Describe shows at once: tags, groups. */
  void update(EniView eni) {
    enis.computeIfPresent(eni.id(), (_, _) -> eni);
  }

  void startWork(EniId id) {
    inWork.add(id);
  }

  void endWork(EniId id) {
    inWork.remove(id);
  }

  boolean isInWork(EniId id) {
    return inWork.contains(id);
  }

  void startCreating() {
    creating++;
  }

  void endCreating() {
    creating--;
  }

  /** Tells whether an ENI that EC2 shows unattached may be one of which we wait to hear. */
  boolean isAnyBeingCreated() {
    return creating > 0;
  }

  /** Tells whether we want it, whatever an older list says: it is attached, or on its way. */
  boolean isWanted(EniId id) {
    return inWork.contains(id) || enis.containsKey(id);
  }
}
