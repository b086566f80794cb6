package io.vpccni.ipamd.cni;

import io.vpccni.ipamd.cni.PodResult.Link;
import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.json.MalformedJson;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.LinkNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * This is what the runtime believes that a pod has ({@code prevResult}). Ours and the reference's
 * have the same shape, see {@link PodResult}; plugins after us may have appended theirs.
 */
record PreviousResult(List<Link> links, List<Address> addresses) {
  /** An address that names no interface has this link. */
  private static final int NOWHERE = -1;

  PreviousResult {
    links = List.copyOf(links);
    addresses = List.copyOf(addresses);
  }

  /**
   * Describes an address of the result.
   *
   * @param link index into the links
   * @param gateway empty where there is none
   */
  record Address(int link, String cidr, String gateway) {}

  /**
   * Reads the result in a configuration, if there is one.
   *
   * @throws MalformedJson if it has not the shape of a result
   */
  static Optional<PreviousResult> of(NetConf conf) {
    // Not a lambda: NullAway loses what may be null in it.
    if (conf.previous().isEmpty()) return Optional.empty();
    var result = conf.previous().get();
    return Optional.of(
        new PreviousResult(
            members(result, "interfaces").stream().map(PreviousResult::link).toList(),
            members(result, "ips").stream().map(PreviousResult::address).toList()));
  }

  private static List<?> members(Map<String, @Nullable Object> result, String key) {
    return result.get(key) instanceof List<?> list ? list : List.of();
  }

  private static Link link(@Nullable Object member) {
    var json = Json.asObject(member);
    return new Link(Json.text(json, "name"), Json.text(json, "mac"), Json.text(json, "sandbox"));
  }

  private static Address address(@Nullable Object member) {
    var json = Json.asObject(member);
    int link = json.get("interface") instanceof Integer index ? index : NOWHERE;
    return new Address(link, Json.text(json, "address"), Json.text(json, "gateway"));
  }

  OptionalInt find(String name) {
    for (int at = 0; at < links.size(); at++) {
      if (links.get(at).name().equals(name)) return OptionalInt.of(at);
    }
    return OptionalInt.empty();
  }

  /** Returns a sentence for each thing that the runtime believes in and the pod does not have. */
  List<String> differences(Holding holding) {
    var differences = new ArrayList<String>();
    var ours = holding.addresses().stream().map(held -> held.ip().asCidr().toString()).toList();
    var inPod = new ArrayList<>(List.of(NOWHERE));
    for (int index = 0; index < ours.size(); index++) {
      var name = LinkNames.inPod(holding.attachment().ifName(), index);
      var at = find(name);
      if (at.isEmpty()) {
        differences.add("interface " + name + " is not in prevResult");
        continue;
      }
      inPod.add(at.getAsInt());
      var sandbox = links.get(at.getAsInt()).sandbox();
      if (!SandboxPath.same(sandbox, holding.wiring().netns())) {
        differences.add("interface " + name + " is in \"" + sandbox + "\" according to prevResult");
      }
    }
    for (var name : holding.wiring().hostVeths()) {
      if (find(name).isEmpty()) differences.add("interface " + name + " is not in prevResult");
    }
    for (var address : addresses) {
      // Those of other interfaces are of plugins after us.
      if (inPod.contains(address.link) && !ours.contains(address.cidr)) {
        differences.add(address.cidr + " of prevResult is not assigned to this container");
      }
    }
    return differences;
  }
}
