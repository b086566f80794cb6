package io.vpccni.ipamd.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads one setting after the other and notes what it cannot use. A bad value has the reference's
 * outcome, but is never silent.
 */
final class Reader {
  private final Map<String, String> env;
  private final List<Problem> problems = new ArrayList<>();
  private final List<String> refusals = new ArrayList<>();
  private final Map<String, Object> effective = new TreeMap<>();

  Reader(Map<String, String> env) {
    this.env = Map.copyOf(env);
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }

  List<String> refusals() {
    return List.copyOf(refusals);
  }

  Map<String, Object> effective() {
    return Map.copyOf(effective);
  }

  boolean isSet(String name) {
    return env.containsKey(name);
  }

  /** Returns the value in force, whatever was given. */
  <T> T read(Setting<T> setting) {
    var text = env.get(setting.name());
    if (text == null || (text.isEmpty() && setting.values().emptyIsUnset())) {
      return note(setting, setting.fallback());
    }
    try {
      return note(
          setting,
          setting.values().parser().apply(text, leftOut -> problem(setting.name(), leftOut)));
    } catch (IllegalArgumentException wrong) {
      var why = String.valueOf(wrong.getMessage());
      switch (setting.invalid()) {
        case REFUSED -> refuse(setting.name(), why);
        case REPLACED, LEFT_OUT, NEVER ->
            problem(setting.name(), why + "; using " + shown(setting));
      }
      return note(setting, setting.fallback());
    }
  }

  private static String shown(Setting<?> setting) {
    return setting.shown().isEmpty() ? "none" : setting.shown();
  }

  private <T> T note(Setting<T> setting, T value) {
    effective.put(setting.name(), shown(value));
    return value;
  }

  /** A URL may name a user and a password, of a proxy for example, which are nobody's business. */
  private static <T> Object shown(T value) {
    return switch (value) {
      case List<?> list -> list.stream().map(Object::toString).toList();
      case String text -> text.replaceAll("://[^/@\\s]*@", "://…@");
      default -> value;
    };
  }

  void problem(String name, String message) {
    problems.add(new Problem(name, env.getOrDefault(name, ""), message));
  }

  void refuse(String name, String message) {
    refusals.add(name + "=\"" + env.getOrDefault(name, "") + "\" " + message);
  }
}
