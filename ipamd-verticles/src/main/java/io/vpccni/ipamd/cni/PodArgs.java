package io.vpccni.ipamd.cni;

import io.vpccni.ipamd.pod.PodRef;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * This is what the runtime says of the pod in {@code CNI_ARGS}; every part may be empty.
 *
 * @param pod namespace and name
 */
record PodArgs(PodRef pod, String uid) {
  private static final Set<String> KNOWN =
      Set.of(
          "IgnoreUnknown",
          "K8S_POD_NAME",
          "K8S_POD_NAMESPACE",
          "K8S_POD_INFRA_CONTAINER_ID",
          "K8S_POD_UID");

  /**
   * Reads the arguments.
   *
   * @param text {@code K=V} pairs with {@code ;} between them
   * @throws IllegalArgumentException if a pair has not exactly one {@code =}, or a key is unknown
   *     and {@code IgnoreUnknown} is not true
   */
  static PodArgs parse(String text) {
    var pairs = pairs(text);
    var ignore = pairs.getOrDefault("IgnoreUnknown", "").toLowerCase(Locale.ROOT);
    if (!ignore.equals("1") && !ignore.equals("true")) {
      for (var key : pairs.keySet()) {
        if (!KNOWN.contains(key)) throw new IllegalArgumentException("ARGS: unknown args " + key);
      }
    }
    return new PodArgs(
        new PodRef(
            pairs.getOrDefault("K8S_POD_NAMESPACE", ""), pairs.getOrDefault("K8S_POD_NAME", "")),
        pairs.getOrDefault("K8S_POD_UID", ""));
  }

  private static Map<String, String> pairs(String text) {
    var pairs = new HashMap<String, String>();
    if (text.isEmpty()) return pairs;
    for (var pair : text.split(";", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0 || pair.indexOf('=', equals + 1) >= 0) {
        throw new IllegalArgumentException("ARGS: invalid pair \"" + pair + "\"");
      }
      pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return pairs;
  }
}
