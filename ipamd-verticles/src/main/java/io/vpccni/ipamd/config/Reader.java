package io.vpccni.ipamd.config;

import io.vpccni.rpc.address.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads one variable after the other and notes what it cannot use. A bad value has the reference's
 * outcome, but is never silent.
 */
final class Reader {
  /** Go's {@code strconv.Atoi}: no blanks, no base prefixes, no digit separators. */
  private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]{1,9}");

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

  /** As given, or "". */
  String raw(String name) {
    return env.getOrDefault(name, "");
  }

  /** Go's {@code strconv.ParseBool}: {@code yes} and {@code on} are not booleans. */
  boolean bool(String name, boolean fallback) {
    var value = raw(name);
    return note(
        name,
        switch (value) {
          case "1", "t", "T", "TRUE", "true", "True" -> true;
          case "0", "f", "F", "FALSE", "false", "False" -> false;
          default -> {
            if (!value.isEmpty())
              problem(name, "is not a boolean (true or false); using " + fallback);
            yield fallback;
          }
        });
  }

  /** A whole number of at least 0; a negative one counts as malformed. */
  int count(String name, int fallback) {
    return number(name, 0, Integer.MAX_VALUE, fallback);
  }

  /** A whole number in a range; anything else is {@code fallback}. */
  int number(String name, int min, int max, int fallback) {
    if (!isSet(name)) return note(name, fallback);
    var value = raw(name);
    if (DECIMAL.matcher(value).matches()) {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) return note(name, number);
    }
    var range = max == Integer.MAX_VALUE ? min + " or more" : min + " to " + max;
    problem(name, "is not a whole number of " + range + "; using " + fallback);
    return note(name, fallback);
  }

  /** Like {@link #number}, but a bad value stops the start. */
  int strictNumber(String name, int min, int max, int fallback) {
    int before = problems.size();
    int number = number(name, min, max, fallback);
    if (problems.size() > before) {
      problems.removeLast();
      var range = max == Integer.MAX_VALUE ? min + " or more" : min + " to " + max;
      refuse(name, "must be a whole number of " + range);
    }
    return number;
  }

  /** Set but empty is empty. */
  String text(String name, String fallback) {
    return note(name, env.getOrDefault(name, fallback));
  }

  /** Set but empty counts as unset. */
  String filled(String name, String fallback) {
    var value = raw(name);
    return note(name, value.isEmpty() ? fallback : value);
  }

  /** One of a few words, written exactly so. */
  String word(String name, String fallback, List<String> allowed) {
    var value = filled(name, fallback);
    if (allowed.contains(value)) return value;
    problem(name, "is none of " + allowed + "; using " + fallback);
    return note(name, fallback);
  }

  /** Comma list; blanks around items are nothing, items that are no IPv4 CIDR are left out. */
  List<Cidr> ipv4Cidrs(String name) {
    var cidrs = new ArrayList<Cidr>();
    for (var item : raw(name).split(",", -1)) {
      var text = item.strip();
      if (text.isEmpty()) continue;
      try {
        var cidr = Cidr.parse(text);
        if (!cidr.network().v6()) {
          cidrs.add(cidr);
          continue;
        }
      } catch (IllegalArgumentException malformed) {
        // told below, like an IPv6 one
      }
      problem(name, "\"" + text + "\" is not an IPv4 CIDR such as 10.0.0.0/8; left out");
    }
    note(name, cidrs.stream().map(Cidr::toString).toList());
    return List.copyOf(cidrs);
  }

  <T> T note(String name, T value) {
    effective.put(name, value);
    return value;
  }

  void problem(String name, String message) {
    problems.add(new Problem(name, raw(name), message));
  }

  void refuse(String name, String message) {
    refusals.add(name + "=\"" + raw(name) + "\" " + message);
  }
}
