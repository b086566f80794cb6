package io.vpccni.sim.ec2.wire;

import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.query.Form;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Knows the names of EC2's parameters, including those that are not modelled. A misspelled one is
 * refused as EC2 refuses it, and one that would have no effect here is refused too, since silence
 * would look like success.
 */
final class Parameters {
  /**
   * Holds the names by action, joined with dots and without the numbers of list items; a test
   * compares them with AWS's SDK.
   */
  private static final Map<String, Set<String>> OF_ACTION = read();

  /**
   * Every action has these parameters: the protocol's own, and those of a signature in the query.
   */
  private static final Set<String> COMMON =
      Set.of(
          "Action",
          "Version",
          "DryRun",
          "AWSAccessKeyId",
          "SecurityToken",
          "Signature",
          "SignatureMethod",
          "SignatureVersion",
          "Timestamp",
          "X-Amz-Algorithm",
          "X-Amz-Credential",
          "X-Amz-Date",
          "X-Amz-Expires",
          "X-Amz-Security-Token",
          "X-Amz-Signature",
          "X-Amz-SignedHeaders");

  /** Holds the roots of the names of parameters that have no effect on networks, by action. */
  private static final Map<String, List<String>> WITHOUT_EFFECT =
      Map.of(
          "RunInstances",
          List.of(
              "BlockDeviceMapping",
              "CreditSpecification",
              "DisableApiStop",
              "DisableApiTermination",
              "EbsOptimized",
              "InstanceInitiatedShutdownBehavior",
              "KeyName",
              "Monitoring",
              "UserData"));

  private Parameters() {}

  /**
   * Checks the names of a form before its action reads it.
   *
   * @throws ApiError {@code UnknownParameter}
   */
  static void check(String action, Form form) {
    var known = OF_ACTION.getOrDefault(action, Set.of());
    for (var name : form.values().keySet()) {
      var plain = plain(name);
      if (!COMMON.contains(name) && !known.contains(plain)) {
        throw ApiError.of("UnknownParameter", "The parameter " + name + " is not recognized");
      }
    }
  }

  /**
   * Checks after the action has read its form that nothing was left unread.
   *
   * @throws ApiError {@code UnsupportedOperation} if the form has a parameter that the action has
   *     not read
   */
  static void checkAllRead(String action, Form form) {
    var harmless = WITHOUT_EFFECT.getOrDefault(action, List.of());
    for (var name : form.unread()) {
      boolean ignored =
          COMMON.contains(name)
              || harmless.stream().anyMatch(root -> (name + ".").startsWith(root + "."));
      if (!ignored) {
        throw ApiError.of(
            "UnsupportedOperation",
            "vpc-sim does not model the parameter " + name + " of " + action);
      }
    }
  }

  /** Drops the numbers of list items: {@code Filter.1.Value.2} becomes {@code Filter.Value}. */
  static String plain(String name) {
    return name.replaceAll("\\.\\d+(?=\\.|$)", "");
  }

  /** Returns the names of all parameters by action. */
  static Map<String, Set<String>> all() {
    return OF_ACTION;
  }

  private static Map<String, Set<String>> read() {
    var all = new TreeMap<String, Set<String>>();
    var file = Objects.requireNonNull(Parameters.class.getResourceAsStream("parameters.txt"));
    try (var lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      for (var line : lines.lines().toList()) {
        var words = List.of(line.split(" ", -1));
        all.put(words.getFirst(), Set.copyOf(words.subList(1, words.size())));
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return Collections.unmodifiableMap(all);
  }
}
