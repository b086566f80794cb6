package io.vpccni.ipamd.cni;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.PodRef;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Holds a CNI call, parsed and checked for completeness.
 *
 * @param attachment empty texts where the verb is not about one (GC, STATUS)
 * @param netns path of the sandbox's network namespace; may be empty, except for ADD and CHECK
 * @param uid of the pod, where the runtime says it
 */
record CniCall(
    Verb verb, Attachment attachment, String netns, PodRef pod, String uid, NetConf conf) {
  private static final Pattern CONTAINER_ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]*");
  private static final Pattern FORBIDDEN_IN_NAME = Pattern.compile("[/:\\s]");

  /** The kernel's IFNAMSIZ is 16 bytes, the last of which is NUL. */
  private static final int LONGEST_NAME = 15;

  /**
   * Reads a call. It checks in the order of the reference's library, so that several mistakes at
   * once give the same answer as there.
   *
   * @throws CniError with the specification's code
   */
  static CniCall parse(Map<String, String> env, byte[] stdin) {
    var command = env.getOrDefault("CNI_COMMAND", "");
    var verb =
        Verb.of(command)
            .orElseThrow(
                () ->
                    command.isEmpty()
                        ? CniError.environment("required env variables [CNI_COMMAND] missing")
                        : CniError.environment("unknown CNI_COMMAND: " + command));
    requireVariables(verb, env);
    var conf = NetConf.parse(stdin, verb.errorPrefix());
    var containerId = env.getOrDefault("CNI_CONTAINERID", "");
    var ifName = env.getOrDefault("CNI_IFNAME", "");
    if (verb.aboutAttachment()) {
      if (!CONTAINER_ID.matcher(containerId).matches()) {
        throw CniError.environment(
            "invalid characters in containerID (CNI_CONTAINERID): " + containerId);
      }
      requireInterfaceName(ifName);
    }
    if (!conf.version().atLeast(verb.since())) {
      throw CniError.incompatible("config version does not allow " + verb, "");
    }
    var args = args(verb, env.getOrDefault("CNI_ARGS", ""));
    return new CniCall(
        verb,
        new Attachment(containerId, ifName, conf.name()),
        env.getOrDefault("CNI_NETNS", ""),
        args.pod(),
        args.uid(),
        conf);
  }

  private static PodArgs args(Verb verb, String text) {
    try {
      return PodArgs.parse(text);
    } catch (IllegalArgumentException wrong) {
      // The reference says "arg" for ADD and "args" for DEL.
      throw CniError.plugin(
          "%sfailed to load k8s config from arg%s: %s"
              .formatted(verb.errorPrefix(), verb == Verb.ADD ? "" : "s", wrong.getMessage()));
    }
  }

  private static void requireVariables(Verb verb, Map<String, String> env) {
    var missing =
        verb.required().stream().filter(name -> env.getOrDefault(name, "").isEmpty()).toList();
    if (!missing.isEmpty()) {
      throw CniError.environment(
          "required env variables [" + String.join(",", missing) + "] missing");
    }
  }

  private static void requireInterfaceName(String name) {
    if (name.length() > LONGEST_NAME) {
      throw CniError.environment("interface name is too long (CNI_IFNAME): " + name);
    }
    if (name.equals(".") || name.equals("..")) {
      throw CniError.environment("interface name is . or .. (CNI_IFNAME)");
    }
    if (FORBIDDEN_IN_NAME.matcher(name).find()) {
      throw CniError.environment(
          "interface name contains / or : or whitespace characters (CNI_IFNAME): " + name);
    }
  }
}
