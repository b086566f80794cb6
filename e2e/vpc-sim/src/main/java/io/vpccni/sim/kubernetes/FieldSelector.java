package io.vpccni.sim.kubernetes;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** {@code spec.nodeName=a,metadata.namespace!=b}: all of it must hold. Absent fields are empty. */
record FieldSelector(List<Term> terms) {
  record Term(List<String> path, boolean equal, String value) {
    boolean matches(JsonObject object) {
      return text(object).equals(value) == equal;
    }

    private String text(JsonObject object) {
      Object at = object;
      for (var name : path) {
        at = at instanceof JsonObject inner ? inner.getValue(name) : null;
      }
      return at == null ? "" : at.toString();
    }

    static Term parse(String text) {
      int at = text.indexOf('=');
      if (at < 1) {
        throw new IllegalArgumentException("not a field selector: " + text);
      }
      boolean equal = text.charAt(at - 1) != '!';
      var name = text.substring(0, equal ? at : at - 1);
      var value = text.substring(at + 1).replaceFirst("^=", "");
      return new Term(Arrays.asList(name.split("\\.", -1)), equal, value);
    }
  }

  static final FieldSelector ANY = new FieldSelector(List.of());

  static FieldSelector parse(String text) {
    return new FieldSelector(
        Stream.of(text.split(",", -1)).filter(term -> !term.isBlank()).map(Term::parse).toList());
  }

  boolean matches(JsonObject object) {
    return terms.stream().allMatch(term -> term.matches(object));
  }
}
