package io.vpccni.ipamd.condition;

import io.vertx.core.eventbus.EventBus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Remembers the conditions that one part of the agent has raised. A condition is announced when it
 * is raised and when its reason or its detail changes, not each time it is confirmed, and only what
 * was raised is lowered. It is for one context only.
 */
public final class RaisedConditions {
  private record Key(String name, String subject) {}

  private final Consumer<ConditionChanged> listener;
  private final Map<Key, ConditionChanged> raised = new HashMap<>();

  public RaisedConditions(Consumer<ConditionChanged> listener) {
    this.listener = listener;
  }

  /**
   * Makes one for the calling context, whose conditions are announced on the event bus. The pool
   * keeps them; those that are raised before the pool listens are announced again when it does.
   */
  public static RaisedConditions on(EventBus bus) {
    var conditions = new RaisedConditions(change -> ConditionChanged.TOPIC.publish(bus, change));
    ConditionsWanted.TOPIC.hear(bus, _ -> conditions.announceAgain());
    return conditions;
  }

  private void announceAgain() {
    raised.values().forEach(listener);
  }

  public boolean isRaised(String name, String subject) {
    return raised.containsKey(new Key(name, subject));
  }

  /** Returns whether it was not raised before. */
  public boolean raise(String name, String subject, String reason, String detail) {
    return raise(ConditionChanged.raised(name, subject, reason, detail));
  }

  private boolean raise(ConditionChanged change) {
    var before = raised.put(new Key(change.name(), change.subject()), change);
    if (!change.equals(before)) listener.accept(change);
    return before == null;
  }

  /** Lowers it, and returns whether it was raised before. */
  public boolean lower(String name, String subject) {
    boolean before = raised.remove(new Key(name, subject)) != null;
    if (before) listener.accept(ConditionChanged.over(name, subject));
    return before;
  }

  /** Raises or lowers a condition, as the change says. */
  public void follow(ConditionChanged change) {
    if (change.raised()) raise(change);
    else lower(change.name(), change.subject());
  }

  /**
   * Raises a condition of this name for each of these subjects, and lowers those of all others.
   *
   * @param details what happened to each subject
   * @return the subjects that it was not raised for before
   */
  public Set<String> raiseOnly(String name, String reason, Map<String, String> details) {
    Set.copyOf(raised.keySet()).stream()
        .filter(key -> key.name().equals(name) && !details.containsKey(key.subject()))
        .forEach(key -> lower(name, key.subject()));
    var fresh = new HashSet<String>();
    details.forEach(
        (subject, detail) -> {
          if (raise(name, subject, reason, detail)) fresh.add(subject);
        });
    return fresh;
  }
}
