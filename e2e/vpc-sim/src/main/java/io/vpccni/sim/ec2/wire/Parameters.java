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
 * The names of EC2's parameters, those that we do not model included: a misspelled one is refused
 * as EC2 does, and one without effect here is refused too, since silence would look like success.
 */
final class Parameters {
  /**
   * Below each other by dots, without the numbers of list items; a test compares with AWS's SDK.
   */
  private static final Map<String, Set<String>> OF_ACTION = read();

  /** Of every action: the protocol's own, and those of a signature in the query. */
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

  /** What has no effect on networks; roots of names, by action. */
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
   * Before an action reads its form.
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
   * After it has.
   *
   * @throws ApiError {@code UnsupportedOperation} if the form has something that no part of the
   *     action has read
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

  /** {@code Filter.1.Value.2} → {@code Filter.Value}. */
  static String plain(String name) {
    return name.replaceAll("\\.\\d+(?=\\.|$)", "");
  }

  /** Of the actions that are answered. */
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
