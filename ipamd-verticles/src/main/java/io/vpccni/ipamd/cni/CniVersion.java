package io.vpccni.ipamd.cni;

import java.util.Arrays;
import java.util.stream.Collectors;

/** These are the versions of the CNI specification that we speak, oldest first. */
enum CniVersion {
  V0_1_0("0.1.0"),
  V0_2_0("0.2.0"),
  V0_3_0("0.3.0"),
  V0_3_1("0.3.1"),
  V0_4_0("0.4.0"),
  V1_0_0("1.0.0"),
  V1_1_0("1.1.0");

  private final String text;

  CniVersion(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  boolean atLeast(CniVersion other) {
    return compareTo(other) >= 0;
  }

  /**
   * Finds a version by its text.
   *
   * @param text empty counts as 0.1.0, which did not have the field
   * @throws CniError code 1 if we do not speak it
   */
  static CniVersion of(String text) {
    if (text.isEmpty()) return V0_1_0;
    for (var version : values()) {
      if (version.text.equals(text)) return version;
    }
    var ours =
        Arrays.stream(values()).map(v -> '"' + v.text + '"').collect(Collectors.joining(" "));
    throw CniError.incompatible(
        "incompatible CNI versions", "config is \"" + text + "\", plugin supports [" + ours + "]");
  }
}
