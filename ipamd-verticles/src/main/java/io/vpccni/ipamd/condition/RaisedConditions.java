package io.vpccni.ipamd.condition;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Remembers the conditions that one part of the agent has raised. A condition is announced when it
 * is raised and when its reason changes, not each time it is confirmed, and only what was raised is
 * lowered. It is for one context only.
 */
public final class RaisedConditions {
  private record Key(String name, String subject) {}

  private final Consumer<ConditionChanged> listener;
  private final Map<Key, String> reasons = new HashMap<>();

  public RaisedConditions(Consumer<ConditionChanged> listener) {
    this.listener = listener;
  }

  /** Returns whether it was not raised before. */
  public boolean raise(String name, String subject, String reason, String detail) {
    var before = reasons.put(new Key(name, subject), reason);
    if (!Objects.equals(before, reason)) {
      listener.accept(ConditionChanged.raised(name, subject, reason, detail));
    }
    return before == null;
  }

  /** Lowers it, and returns whether it was raised before. */
  public boolean lower(String name, String subject) {
    boolean raised = reasons.remove(new Key(name, subject)) != null;
    if (raised) {
      listener.accept(ConditionChanged.over(name, subject));
    }
    return raised;
  }
}
