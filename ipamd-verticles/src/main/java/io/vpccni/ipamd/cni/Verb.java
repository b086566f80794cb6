package io.vpccni.ipamd.cni;

import java.util.List;
import java.util.Optional;

/**
 * This is what the runtime may ask. The executable answers VERSION alone. The required variables
 * and lowest versions are those of the CNI specification 1.1, section 2.
 */
enum Verb {
  ADD(CniVersion.V0_1_0, "add cmd: ", "CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH"),
  DEL(CniVersion.V0_1_0, "del cmd: ", "CNI_CONTAINERID", "CNI_IFNAME", "CNI_PATH"),
  CHECK(CniVersion.V0_4_0, "check cmd: ", "CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH"),
  GC(CniVersion.V1_1_0, "gc cmd: ", "CNI_PATH"),
  STATUS(CniVersion.V1_1_0, "status: ", "CNI_PATH");

  private final CniVersion since;
  private final String errorPrefix;

  /**
   * Holds the names with commas between them, since an enum must not hold anything that can be
   * changed.
   */
  private final String required;

  Verb(CniVersion since, String errorPrefix, String... required) {
    this.since = since;
    this.errorPrefix = errorPrefix;
    this.required = String.join(",", required);
  }

  CniVersion since() {
    return since;
  }

  /**
   * Returns what the plugin's own errors begin with; those of ADD and DEL are the reference's
   * words.
   */
  String errorPrefix() {
    return errorPrefix;
  }

  List<String> required() {
    return List.of(required.split(",", -1));
  }

  /** Says whether the call is about one interface of one sandbox. */
  boolean aboutAttachment() {
    return required.startsWith("CNI_CONTAINERID");
  }

  static Optional<Verb> of(String command) {
    for (var verb : values()) {
      if (verb.name().equals(command)) return Optional.of(verb);
    }
    return Optional.empty();
  }
}
