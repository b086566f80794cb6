package io.vpccni.sim.query;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.ApiError;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads the parameters of a Query request, such as {@code Filter.1.Value.2}: dots join structures,
 * list items are numbered from 1, and the order in the text means nothing. It remembers what has
 * been read, so that a caller can be told of what has not.
 */
public final class Form {
  private final Map<String, Parameter> parameters;

  /** Holds the full names of the parameters that were read, shared with the parts of this form. */
  private final Set<String> read;

  /**
   * @param name is the full one
   */
  private record Parameter(String name, String value) {}

  private Form(Map<String, Parameter> parameters, Set<String> read) {
    this.parameters = parameters;
    this.read = read;
  }

  /**
   * @throws ApiError if it is not form-encoded
   */
  public static Form parse(String body) {
    var all = new TreeMap<String, Parameter>();
    for (var pair : body.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        var name = decode(pair.substring(0, equals));
        all.put(name, new Parameter(name, decode(pair.substring(equals + 1))));
      }
    }
    return new Form(all, new HashSet<>());
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw ApiError.of("MalformedQueryString", "not form-encoded: " + text);
    }
  }

  /** Returns the parameters below this name, by the rest of their names. */
  public Form under(String name) {
    var prefix = name + ".";
    var below = new TreeMap<String, Parameter>();
    parameters.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            below.put(key.substring(prefix.length()), value);
          }
        });
    return new Form(below, read);
  }

  public boolean has(String name) {
    var prefix = name + ".";
    return parameters.keySet().stream().anyMatch(key -> key.equals(name) || key.startsWith(prefix));
  }

  public Optional<String> text(String name) {
    var found = Optional.ofNullable(parameters.get(name));
    found.ifPresent(parameter -> read.add(parameter.name()));
    return found.map(Parameter::value);
  }

  /**
   * @throws ApiError {@code MissingParameter}
   */
  public String need(String name) {
    return text(name)
        .orElseThrow(
            () ->
                ApiError.of("MissingParameter", "The request must contain the parameter " + name));
  }

  /** Returns the values of {@code name.1}, {@code name.2}, … in number order. */
  public List<String> list(String name) {
    return items(name).flatMap(item -> item.text("").stream()).toList();
  }

  /**
   * Returns the structures {@code name.1.…}, in number order; a plain value is under the empty
   * name.
   */
  public Stream<Form> items(String name) {
    var prefix = name + ".";
    SortedMap<Integer, Map<String, Parameter>> byNumber = new TreeMap<>();
    parameters.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            var rest = key.substring(prefix.length());
            int dot = rest.indexOf('.');
            var number = dot < 0 ? rest : rest.substring(0, dot);
            var field = dot < 0 ? "" : rest.substring(dot + 1);
            byNumber.computeIfAbsent(number(name, number), _ -> new TreeMap<>()).put(field, value);
          }
        });
    return byNumber.values().stream().map(item -> new Form(item, read));
  }

  public Optional<Integer> integer(String name) {
    return text(name).map(value -> number(name, value));
  }

  public Optional<Boolean> flag(String name) {
    return text(name).map(value -> parsed(name, value, Form::strictBoolean));
  }

  public Optional<Ip> ip(String name) {
    return text(name).map(value -> parsed(name, value, Ip::parse));
  }

  public List<Ip> ips(String name) {
    return list(name).stream().map(value -> parsed(name, value, Ip::parse)).toList();
  }

  public Optional<Cidr> cidr(String name) {
    return text(name).map(value -> parsed(name, value, Cidr::parse));
  }

  public List<Cidr> cidrs(String name) {
    return list(name).stream().map(value -> parsed(name, value, Cidr::parse)).toList();
  }

  /** Returns the tags of {@code Tag.N.Key} and {@code Tag.N.Value}. */
  public SortedMap<String, String> tags() {
    var tags = new TreeMap<String, String>();
    items("Tag").forEach(tag -> tags.put(tag.need("Key"), tag.text("Value").orElse("")));
    return tags;
  }

  /** Returns the tags of the tag specifications for this resource type. */
  public SortedMap<String, String> tagsFor(String resourceType) {
    var tags = new TreeMap<String, String>();
    items("TagSpecification")
        .forEach(
            spec -> {
              var its = spec.tags();
              if (spec.need("ResourceType").equals(resourceType)) {
                tags.putAll(its);
              }
            });
    return Collections.unmodifiableSortedMap(tags);
  }

  private static int number(String name, String value) {
    return parsed(name, value, Integer::parseInt);
  }

  private static Boolean strictBoolean(String value) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  private static <T> T parsed(String name, String value, Function<String, T> parser) {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException malformed) {
      throw ApiError.of(
          "InvalidParameterValue", "Value (" + value + ") for parameter " + name + " is invalid.");
    }
  }

  /** Returns all values by name, as given. */
  public SortedMap<String, String> values() {
    var values = new TreeMap<String, String>();
    parameters.values().forEach(parameter -> values.put(parameter.name(), parameter.value()));
    return Collections.unmodifiableSortedMap(values);
  }

  /** Returns the names, in full, that nobody has asked for yet. */
  public SortedSet<String> unread() {
    var left = new TreeSet<>(values().keySet());
    left.removeAll(read);
    return left;
  }
}
