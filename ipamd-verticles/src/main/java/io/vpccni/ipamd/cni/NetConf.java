package io.vpccni.ipamd.cni;

import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Holds the network configuration on stdin, as far as the plugin uses it.
 *
 * @param name of the network; part of an attachment's identity
 * @param vethPrefix at most 4 bytes
 * @param mtu 576 to 9001
 * @param strict how security groups of pods are enforced
 * @param everyCard the pod asks for one interface per network card
 * @param previous the result of the plugins before, or of the ADD that a CHECK or DEL is about
 * @param valid GC: what still exists; absent where the runtime did not say
 */
record NetConf(
    CniVersion version,
    String name,
    String vethPrefix,
    int mtu,
    boolean strict,
    boolean everyCard,
    Optional<Map<String, @Nullable Object>> previous,
    Optional<List<Valid>> valid) {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]*");
  private static final int DEFAULT_MTU = 9001;
  private static final int LEAST_MTU = 576;
  private static final String ANNOTATIONS = "io.kubernetes.cri.pod-annotations";

  NetConf {
    valid = valid.map(List::copyOf);
  }

  /** This is an attachment that GC must keep. */
  record Valid(String containerId, String ifName) {}

  /**
   * Reads a configuration.
   *
   * @param errorPrefix of errors in this plugin's own part
   * @throws CniError code 1, 6 or 7, or 999 where only this plugin's own part is wrong
   */
  static NetConf parse(byte[] stdin, String errorPrefix) {
    var json = object(stdin);
    var name = Json.text(json, "name");
    if (name.isEmpty()) throw CniError.network("missing network name", "");
    if (!NAME.matcher(name).matches()) {
      throw CniError.network("invalid characters found in network name", name);
    }
    var version = CniVersion.of(Json.text(json, "cniVersion"));
    try {
      return new NetConf(
          version,
          name,
          vethPrefix(json),
          mtu(json),
          !Json.text(json, "podSGEnforcingMode").equals("standard"),
          everyCard(json),
          previous(json),
          valid(json));
    } catch (MalformedJson wrong) {
      throw CniError.plugin(errorPrefix + "error loading config from args: " + wrong.getMessage());
    }
  }

  private static Map<String, @Nullable Object> object(byte[] stdin) {
    try {
      return Json.object(new String(stdin, StandardCharsets.UTF_8));
    } catch (MalformedJson malformed) {
      throw CniError.decoding("error unmarshall network config: " + malformed.getMessage());
    }
  }

  private static String vethPrefix(Map<String, @Nullable Object> json) {
    var prefix = Json.text(json, "vethPrefix");
    if (prefix.getBytes(StandardCharsets.UTF_8).length > 4) {
      throw new MalformedJson("conf.VethPrefix can be at most 4 characters long");
    }
    return prefix.isEmpty() ? "eni" : prefix;
  }

  /**
   * Reads the MTU. The conflist has a JSON string there; a number is a mistake of whoever edited
   * the file.
   */
  private static int mtu(Map<String, @Nullable Object> json) {
    var value = json.get("mtu");
    if (value != null && !(value instanceof String)) {
      throw new MalformedJson("mtu must be a JSON string such as \"9001\"");
    }
    try {
      int mtu = Integer.parseInt(Json.text(json, "mtu"));
      return mtu >= LEAST_MTU && mtu <= DEFAULT_MTU ? mtu : DEFAULT_MTU;
    } catch (NumberFormatException unusable) {
      return DEFAULT_MTU;
    }
  }

  private static boolean everyCard(Map<String, @Nullable Object> json) {
    var runtime = json.get("runtimeConfig");
    if (runtime == null) return false;
    var annotations = Json.asObject(runtime).get(ANNOTATIONS);
    return annotations != null
        && Json.text(Json.asObject(annotations), "k8s.amazonaws.com/nicConfig")
            .equals("multi-nic-attachment");
  }

  private static Optional<Map<String, @Nullable Object>> previous(
      Map<String, @Nullable Object> json) {
    var previous = json.get("prevResult");
    return previous == null ? Optional.empty() : Optional.of(Json.asObject(previous));
  }

  private static Optional<List<Valid>> valid(Map<String, @Nullable Object> json) {
    var listed = json.get("cni.dev/valid-attachments");
    // Runtimes built on a libcni before the rename send the older key.
    if (listed == null) listed = json.get("cni.dev/attachments");
    if (listed == null) return Optional.empty();
    var valid = new ArrayList<Valid>();
    for (var item : Json.asList(listed)) {
      var attachment = Json.asObject(item);
      valid.add(new Valid(Json.text(attachment, "containerID"), Json.text(attachment, "ifname")));
    }
    return Optional.of(valid);
  }
}
