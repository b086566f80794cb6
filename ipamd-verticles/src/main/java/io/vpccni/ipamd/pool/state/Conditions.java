package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.pool.Condition;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/** What is not as it should be now; the same object as before if nothing has changed. */
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

  /** The time of the first report is kept while the condition lasts. */
  public Conditions raise(Condition.Key key, String reason, String detail, Instant now) {
    var known = byKey.get(key);
    var condition = new Condition(key, reason, detail, known == null ? now : known.since());
    return condition.equals(known) ? this : new Conditions(byKey.plus(key, condition));
  }

  public Conditions clear(Condition.Key key) {
    return has(key) ? new Conditions(byKey.minus(key)) : this;
  }
}
