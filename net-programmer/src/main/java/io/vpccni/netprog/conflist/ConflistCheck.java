package io.vpccni.netprog.conflist;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.netprog.desired.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides whether a text may become the node's CNI configuration. The container runtime executes
 * every plugin that the configuration names as root, so only known plugins pass, including those
 * that a plugin delegates to (its ipam).
 *
 * @param allowedTypes names of executables
 */
record ConflistCheck(Set<String> allowedTypes) {
  static final int LONGEST = 64 * 1024;

  /** These plugins are installed by us or chained by the reference's own template and settings. */
  private static final Set<String> KNOWN =
      Set.of("aws-cni", "egress-cni", "host-local", "portmap", "bandwidth", "tuning");

  /**
   * Allows the known plugins and these.
   *
   * @param more plugin types that the operator allows in addition
   */
  static ConflistCheck allowing(Set<String> more) {
    return new ConflistCheck(
        Stream.concat(KNOWN.stream(), more.stream()).collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * Accepts the content or throws.
   *
   * @throws Refusal with INVALID and what is wrong with the content
   */
  void check(byte[] content) throws Refusal {
    if (content.length > LONGEST)
      throw invalid("it has " + content.length + " bytes, at most " + LONGEST + " are allowed");
    var conflist = parse(content);
    if (!(conflist.getValue("name") instanceof String name) || name.isEmpty())
      throw invalid("it has no name");
    if (!(conflist.getValue("cniVersion") instanceof String)) throw invalid("it has no cniVersion");
    if (!(conflist.getValue("plugins") instanceof JsonArray plugins) || plugins.isEmpty()) {
      throw invalid("it has no plugins");
    }
    for (int i = 0; i < plugins.size(); i++) {
      var where = "plugins[" + i + "]";
      if (!(plugins.getValue(i) instanceof JsonObject plugin))
        throw invalid(where + " is not an object");
      checkType(where + ".type", plugin.getValue("type"));
      if (plugin.getValue("ipam") instanceof JsonObject ipam && ipam.containsKey("type")) {
        checkType(where + ".ipam.type", ipam.getValue("type"));
      }
      if (plugin.containsKey("delegate"))
        throw invalid(where + ".delegate: plugins that run others are not allowed");
    }
  }

  private static JsonObject parse(byte[] content) throws Refusal {
    try {
      // Decoding is strict, because two readers of a malformed text could see two different
      // configurations.
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return new JsonObject(Buffer.buffer(text));
    } catch (CharacterCodingException | DecodeException | ClassCastException notJson) {
      throw invalid("it is not a JSON object in UTF-8");
    }
  }

  private void checkType(String where, Object type) throws Refusal {
    if (!(type instanceof String name)) throw invalid(where + " is missing");
    if (!allowedTypes.contains(name)) {
      throw invalid(
          where
              + " is not one of "
              + allowedTypes.stream().sorted().toList()
              + "; allow another plugin with NETPROG_CONFLIST_PLUGINS (the chart fills it from cniConfig)");
    }
  }

  private static Refusal invalid(String why) {
    return new Refusal(Refusal.Kind.INVALID, "10-aws.conflist was not installed: " + why);
  }
}
