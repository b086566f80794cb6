package io.vpccni.e2e.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Finds the names of the conditions that the agent can raise, in its sources. */
final class ConditionNames {
  private static final String CAMEL = "\"([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+)\"";

  /** The pool's own conditions are constants of one enum. */
  private static final Pattern OF_THE_POOL =
      Pattern.compile("^ +[A-Z0-9_]+\\(" + CAMEL, Pattern.MULTILINE);

  private static final Pattern CONSTANT =
      Pattern.compile("static final String (\\w+) =\\s+" + CAMEL);

  /** Others are named where they are raised or lowered, by a text or by a constant. */
  private static final Pattern RAISED =
      Pattern.compile(
          "(?:\\b(?:raise|raised|raiseOnly|lower|over|new Key)\\(|new WatchCondition\\(conditions,)\\s*"
              + "(?:"
              + CAMEL
              + "|(?:(\\w+)\\.)?([A-Z][A-Z_]+)\\b)");

  private ConditionNames() {}

  /** Returns all names, in order. */
  static NavigableSet<String> in(List<Path> sources) throws IOException {
    var texts = texts(sources);
    var constants = new HashMap<String, String>();
    texts.forEach(
        (type, text) ->
            CONSTANT
                .matcher(text)
                .results()
                .forEach(found -> constants.put(type + "." + found.group(1), found.group(2))));
    var names = ofThePool(sources);
    texts.forEach(
        (type, text) ->
            RAISED
                .matcher(text)
                .results()
                .map(
                    found ->
                        found.group(1) == null
                            ? constants.get(constant(type, found))
                            : found.group(1))
                .filter(Objects::nonNull)
                .forEach(names::add));
    return names;
  }

  /** Returns those that the pool itself raises. */
  static NavigableSet<String> ofThePool(List<Path> sources) throws IOException {
    var names = new TreeSet<String>();
    OF_THE_POOL
        .matcher(texts(sources).getOrDefault("Condition", ""))
        .results()
        .forEach(name -> names.add(name.group(1)));
    return names;
  }

  private static Map<String, String> texts(List<Path> sources) throws IOException {
    var texts = new HashMap<String, String>();
    for (var file : sources) {
      if (file.toString().contains("/ipamd/")) {
        texts.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
      }
    }
    return texts;
  }

  private static String constant(String type, MatchResult found) {
    return (found.group(2) == null ? type : found.group(2)) + "." + found.group(3);
  }
}
