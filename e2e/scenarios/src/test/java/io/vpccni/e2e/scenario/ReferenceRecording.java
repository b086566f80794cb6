package io.vpccni.e2e.scenario;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A recording of what the agent and the plugin of amazon-vpc-cni-k8s v1.23.1 left on a node: 45
 * pods on an m5.xlarge with four ENIs. The files are what {@code ip}, {@code iptables-save} and
 * {@code nft} printed, the agent's checkpoint, and the ENIs as EC2 knew them.
 */
enum ReferenceRecording {
  SECONDARY,
  PREFIX;

  /** Returns the settings under which the reference ran. */
  Map<String, String> settings() {
    return switch (this) {
      case SECONDARY -> Map.of("WARM_ENI_TARGET", "1");
      case PREFIX -> Map.of("ENABLE_PREFIX_DELEGATION", "true", "WARM_PREFIX_TARGET", "1");
    };
  }

  String text(String file) {
    var name = "reference/" + name().toLowerCase(Locale.ROOT) + "/" + file;
    try (var in = ReferenceRecording.class.getResourceAsStream(name)) {
      if (in == null) throw new IllegalStateException(name + " is missing");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  List<String> lines(String file) {
    return text(file).lines().filter(line -> !line.isBlank()).toList();
  }

  List<JsonObject> enis() {
    return new JsonArray(text("enis.json")).stream().map(JsonObject.class::cast).toList();
  }

  /** Returns the allocations of the checkpoint in the order in which they were made. */
  List<JsonObject> allocations() {
    return new JsonObject(text("ipam.json"))
        .getJsonArray("allocations").stream()
            .map(JsonObject.class::cast)
            .sorted(Comparator.comparing(each -> each.getLong("allocationTimestamp")))
            .toList();
  }

  /** Returns the name of each pod's host veth by the pod's address. */
  Map<String, String> hostVeths() {
    var links = new TreeMap<String, String>();
    for (var route : lines("ip-route.txt")) {
      var words = route.split(" ", -1);
      if (words[2].startsWith("eni")) links.put(words[0], words[2]);
    }
    return links;
  }
}
