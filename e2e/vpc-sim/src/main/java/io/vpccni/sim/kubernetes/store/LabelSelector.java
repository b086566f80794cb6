package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Selects by labels, such as {@code app=a,tier in (x,y),!old}; all of its terms must match. */
record LabelSelector(List<Term> terms) {
  private static final Pattern COMMA = Pattern.compile(",(?![^(]*\\))");
  private static final Pattern SET = Pattern.compile("(\\S+)\\s+(in|notin)\\s+\\((.*)\\)");
  private static final Pattern EQUALITY = Pattern.compile("([^!=\\s]+)\\s*(==|=|!=)\\s*(\\S*)");
  private static final Pattern EXISTENCE = Pattern.compile("(!?)\\s*([^!=\\s(),]+)");

  /** A term is one condition; an absent label matches {@code !=} and {@code notin}. */
  private sealed interface Term {
    boolean matches(JsonObject labels);

    record In(String label, Set<String> values, boolean wanted) implements Term {
      @Override
      public boolean matches(JsonObject labels) {
        var value = labels.getValue(label);
        return (value != null && values.contains(value.toString())) == wanted;
      }
    }

    record Exists(String label, boolean wanted) implements Term {
      @Override
      public boolean matches(JsonObject labels) {
        return labels.containsKey(label) == wanted;
      }
    }
  }

  /**
   * @throws ApiFailure if it is malformed
   */
  static LabelSelector parse(String text) {
    return new LabelSelector(
        Stream.of(COMMA.split(text, -1))
            .map(String::strip)
            .filter(term -> !term.isEmpty())
            .map(LabelSelector::term)
            .toList());
  }

  private static Term term(String text) {
    var set = SET.matcher(text);
    if (set.matches()) {
      var values =
          Arrays.stream(set.group(3).split(",", -1)).map(String::strip).collect(Collectors.toSet());
      return new Term.In(set.group(1), values, set.group(2).equals("in"));
    }
    var equality = EQUALITY.matcher(text);
    if (equality.matches()) {
      return new Term.In(
          equality.group(1), Set.of(equality.group(3)), !equality.group(2).equals("!="));
    }
    var existence = EXISTENCE.matcher(text);
    if (existence.matches()) {
      return new Term.Exists(existence.group(2), existence.group(1).isEmpty());
    }
    throw ApiFailure.badRequest("unable to parse requirement: " + text);
  }

  boolean matches(JsonObject object) {
    var labels = Json.object(Json.object(object, "metadata"), "labels");
    return terms.stream().allMatch(term -> term.matches(labels));
  }
}
