package io.vpccni.sim.imds;

import java.util.List;
import java.util.stream.Collectors;

/** Writes the flat JSON objects of IMDS in the order and layout of the real ones. */
final class Json {
  private Json() {}

  static String member(String name, String value) {
    return "  \"" + name + "\" : \"" + value + "\"";
  }

  static String object(List<String> members) {
    return members.stream().collect(Collectors.joining(",\n", "{\n", "\n}"));
  }
}
