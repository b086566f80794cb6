package io.vpccni.sim.ec2;

import io.vpccni.sim.ec2.DescribeCall.Filter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Applies the filters of one describe call. Each filter name has a function from an item to its
 * values, and the item passes if any of them matches. An unknown name is refused as EC2 refuses it.
 * A name that EC2 knows and that is not modelled is refused with another message, since an empty
 * answer would look like a true one.
 */
final class Filters<T> {
  private static final int MOST_VALUES = 200;
  private static final int LONGEST_VALUE = 255;

  private final Function<T, Map<String, String>> tags;
  private final Map<String, Function<T, ? extends Collection<String>>> known = new TreeMap<>();
  private final Set<String> unmodelled = new TreeSet<>();

  Filters(Function<T, Map<String, String>> tags) {
    this.tags = tags;
  }

  Filters<T> one(String name, Function<T, String> value) {
    return all(name, item -> List.of(value.apply(item)));
  }

  Filters<T> all(String name, Function<T, ? extends Collection<String>> values) {
    known.put(name, values);
    return this;
  }

  /** Adds filters for which no item has a value. */
  Filters<T> none(String... names) {
    for (var name : names) {
      all(name, _ -> List.of());
    }
    return this;
  }

  Filters<T> flag(String name, Predicate<T> value) {
    return one(name, item -> String.valueOf(value.test(item)));
  }

  /**
   * @param names are those that EC2 has; the last part may be {@code *}
   */
  Filters<T> unmodelled(String... names) {
    unmodelled.addAll(List.of(names));
    return this;
  }

  /** Adds the filters of items that belong to an item of this kind. */
  <I> Filters<T> each(String prefix, Filters<I> inner, Function<T, List<I>> items) {
    inner.known.forEach(
        (name, values) ->
            all(
                prefix + name,
                item ->
                    items.apply(item).stream()
                        .flatMap(each -> values.apply(each).stream())
                        .toList()));
    return this;
  }

  Stream<T> apply(Stream<T> items, List<Filter> filters) {
    check(filters);
    var result = items;
    for (var filter : filters) {
      var values = values(filter.name());
      var patterns = filter.values().stream().map(Filters::pattern).toList();
      result =
          result.filter(
              item ->
                  values.apply(item).stream()
                      .anyMatch(v -> patterns.stream().anyMatch(p -> p.matcher(v).matches())));
    }
    return result;
  }

  private Function<T, ? extends Collection<String>> values(String name) {
    if (name.equals("tag-key")) {
      return item -> tags.apply(item).keySet();
    }
    if (name.startsWith("tag:")) {
      var key = name.substring("tag:".length());
      return item -> {
        var value = tags.apply(item).get(key);
        return value == null ? List.<String>of() : List.of(value);
      };
    }
    var values = known.get(name);
    if (values == null) {
      throw isUnmodelled(name)
          ? ApiError.of("UnsupportedOperation", "vpc-sim does not model the filter '" + name + "'")
          : ApiError.invalid("The filter '" + name + "' is invalid");
    }
    return values;
  }

  private boolean isUnmodelled(String name) {
    return unmodelled.contains(name) || unmodelled.contains(name.replaceFirst("[^.]*$", "*"));
  }

  private static void check(List<Filter> filters) {
    int values = filters.stream().mapToInt(filter -> filter.values().size()).sum();
    if (values > MOST_VALUES) {
      throw ApiError.of(
          "FilterLimitExceeded",
          "The maximum number of filter values specified on a single call is " + MOST_VALUES);
    }
    for (var filter : filters) {
      if (filter.values().isEmpty()) {
        throw ApiError.invalid("The filter '" + filter.name() + "' has no values");
      }
      if (filter.values().stream().anyMatch(value -> value.length() > LONGEST_VALUE)) {
        throw ApiError.of(
            "FilterLimitExceeded",
            "The maximum length for a filter value is " + LONGEST_VALUE + " characters");
      }
    }
  }

  /** Translates EC2's wildcards; after a backslash they are plain characters. */
  private static Pattern pattern(String glob) {
    var regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (c == '\\' && i + 1 < glob.length()) {
        regex.append(Pattern.quote(String.valueOf(glob.charAt(++i))));
      } else if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  static List<String> texts(Stream<?> values) {
    return values.map(Object::toString).toList();
  }

  static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }
}
