package io.vpccni.ipamd.ec2.eni;

import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.EniId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The ENIs attached to this instance, as far as is known: what EC2 last showed, corrected by what
 * our own calls have changed since. For one context only.
 */
final class KnownEnis {
  /** For so long our own call's answer is believed over a Describe, which may lag behind. */
  static final Duration TRUST = Duration.ofSeconds(60);

  private final Map<EniId, EniView> enis = new HashMap<>();
  private final Map<EniId, Instant> changed = new HashMap<>();

  /** Ours that are being created, or freed: not attached yet or any more, and not leaked either. */
  private final Set<EniId> inWork = new HashSet<>();

  /** Calls that create one and are not answered yet: EC2 may show an ENI that we do not know. */
  private int creating;

  private boolean described;

  /** Takes over what EC2 shows; returns it with our own fresh changes. */
  List<EniView> described(Collection<EniView> shown, Instant now) {
    changed.values().removeIf(at -> at.plus(TRUST).isBefore(now));
    var merged = new HashMap<EniId, EniView>();
    shown.forEach(eni -> merged.put(eni.id(), eni));
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
    described = true;
    return List.copyOf(enis.values());
  }

  /** Whether EC2 has been asked at all. */
  boolean described() {
    return described;
  }

  List<EniView> all() {
    return new ArrayList<>(enis.values());
  }

  Optional<EniView> of(EniId id) {
    return Optional.ofNullable(enis.get(id));
  }

  void attached(EniView eni, Instant now) {
    enis.put(eni.id(), eni);
    changed.put(eni.id(), now);
  }

  void detached(EniId id, Instant now) {
    enis.remove(id);
    changed.put(id, now);
  }

  /** Something about it that cannot lag: tags, groups. */
  void update(EniView eni) {
    enis.computeIfPresent(eni.id(), (_, _) -> eni);
  }

  void working(EniId id) {
    inWork.add(id);
  }

  void worked(EniId id) {
    inWork.remove(id);
  }

  boolean isInWork(EniId id) {
    return inWork.contains(id);
  }

  void creating() {
    creating++;
  }

  void created() {
    creating--;
  }

  /** Whether an ENI that EC2 shows unattached may be one of which we wait to hear. */
  boolean isAnyBeingCreated() {
    return creating > 0;
  }

  /** Whether we want it, whatever an older list says: it is attached, or on its way. */
  boolean isWanted(EniId id) {
    return inWork.contains(id) || enis.containsKey(id);
  }
}
