package io.vpccni.sim.faults;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Keeps the planned faults by id. Of those that are due the first strikes. */
public final class FaultPlan {
  private final Map<String, Planned> planned = new LinkedHashMap<>();
  private int nextId = 1;

  private static final class Planned {
    final Fault fault;
    final Pattern action;
    int seen;

    Planned(Fault fault) {
      this.fault = fault;
      this.action =
          Pattern.compile(
              Stream.of(fault.action().split("\\*", -1))
                  .map(Pattern::quote)
                  .collect(Collectors.joining(".*")));
    }

    boolean matches(String name, String text) {
      return action.matcher(name).matches() && fault.mentions().map(text::contains).orElse(true);
    }

    boolean due() {
      return seen >= fault.nth() && (fault.times() == 0 || seen < fault.nth() + fault.times());
    }
  }

  /** Plans a fault and returns the id to remove it by. */
  public String add(Fault fault) {
    var id = "fault-" + nextId++;
    planned.put(id, new Planned(fault));
    return id;
  }

  public boolean remove(String id) {
    return planned.remove(id) != null;
  }

  public void clear() {
    planned.clear();
  }

  /**
   * Returns the fault that strikes this call, if any. The call is counted for every fault that
   * matches.
   */
  public Optional<Fault.Kind> strike(String action, String text) {
    Optional<Fault.Kind> first = Optional.empty();
    for (var one : planned.values()) {
      if (one.matches(action, text)) {
        one.seen++;
        if (first.isEmpty() && one.due()) {
          first = Optional.of(one.fault.kind());
        }
      }
    }
    return first;
  }

  /** Returns the faults by id in the order in which they were planned. */
  public Map<String, Fault> all() {
    var all = new LinkedHashMap<String, Fault>();
    planned.forEach((id, one) -> all.put(id, one.fault));
    return all;
  }
}
