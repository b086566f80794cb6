package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.pool.Condition;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/** This part knows what is not as it should be. It stays the same object while nothing changes. */
public record Conditions(PMap<Condition.Key, Condition> byKey) {
  static final Conditions NONE = new Conditions(TreePMap.empty());

  public boolean has(Condition.Key key) {
    return byKey.containsKey(key);
  }

  public Optional<Condition> find(Condition.Key key) {
    return Optional.ofNullable(byKey.get(key));
  }

  public Collection<Condition> values() {
    return byKey.values();
  }

  /** Raises a condition and keeps the time of its first report while it lasts. */
  public Conditions raise(Condition.Key key, String reason, String detail, Instant now) {
    var known = byKey.get(key);
    var condition = new Condition(key, reason, detail, known == null ? now : known.since());
    return condition.equals(known) ? this : new Conditions(byKey.plus(key, condition));
  }

  public Conditions clear(Condition.Key key) {
    return has(key) ? new Conditions(byKey.minus(key)) : this;
  }
}
