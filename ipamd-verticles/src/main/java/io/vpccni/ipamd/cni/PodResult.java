package io.vpccni.ipamd.cni;

import io.vpccni.ipamd.dataplane.DataplaneReply.WiredPair;
import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.LinkNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds the result that ADD prints. The reference's DEL reads it back: each container interface
 * carries its route table in {@code mac} (0 with a branch ENI). A last interface named "dummy",
 * which never exists, carries the ENI's device number in {@code sandbox} and 0 in {@code mac}; with
 * a branch ENI it has its VLAN in {@code mac}.
 *
 * @param ips one per container interface
 */
record PodResult(List<Link> interfaces, List<Address> ips) {
  PodResult {
    interfaces = List.copyOf(interfaces);
    ips = List.copyOf(ips);
  }

  /** Describes an interface of the result; empty texts are not printed. */
  record Link(String name, String mac, String sandbox) {}

  /**
   * Describes an address of the result.
   *
   * @param link index into the interfaces
   * @param gateway empty where the pod's default route goes to a node-local address
   */
  record Address(int link, String cidr, boolean v6, String gateway) {}

  /**
   * Makes the result for a pod.
   *
   * @param vethPrefix of host veths that nobody noted
   */
  static PodResult of(Holding holding, String vethPrefix) {
    var branch = holding.wiring().branch();
    var veths = LinkNames.hostVeths(vethPrefix, holding);
    var gateway = branch.map(eni -> eni.gateway().toString()).orElse("");
    var interfaces = new ArrayList<Link>();
    var ips = new ArrayList<Address>();
    for (int index = 0; index < holding.addresses().size(); index++) {
      var held = holding.addresses().get(index);
      interfaces.add(new Link(veths.get(index), "", ""));
      ips.add(
          new Address(interfaces.size(), held.ip().asCidr().toString(), held.ip().v6(), gateway));
      interfaces.add(
          new Link(
              LinkNames.inPod(holding.attachment().ifName(), index),
              Integer.toString(held.routeTable()),
              holding.wiring().netns()));
    }
    var device = Integer.toString(holding.addresses().getFirst().deviceNumber());
    interfaces.add(
        new Link(
            "dummy" + LinkNames.suffix(holding.pod(), 0),
            branch.map(eni -> Integer.toString(eni.vlan())).orElse("0"),
            branch.isPresent() ? "" : device));
    return new PodResult(interfaces, ips);
  }

  /**
   * Returns the result with the links' real MACs in place of what the reference's DEL reads, and
   * without the dummy.
   *
   * @param macs one per container interface
   */
  PodResult withMacs(List<String> macs) {
    var links = new ArrayList<Link>();
    for (var link : interfaces.subList(0, 2 * macs.size())) {
      links.add(
          link.sandbox.isEmpty()
              ? link
              : new Link(link.name, macs.get(links.size() / 2), link.sandbox));
    }
    return new PodResult(links, ips);
  }

  /**
   * Returns the result with the links to the other address family at its end, where the reference's
   * second plugin appends them. Their addresses are private to the node and are not printed.
   */
  PodResult withEgress(List<WiredPair> pairs, String netns) {
    var links = new ArrayList<>(interfaces);
    for (var pair : pairs) {
      links.add(new Link(pair.hostVeth(), pair.hostMac(), ""));
      links.add(new Link(pair.ifName(), pair.mac(), netns));
    }
    return new PodResult(links, ips);
  }

  /**
   * Prints the result in the shape and key order of that version, as the reference's library does.
   *
   * @param previous result of the plugin before, if there is one: ours is added to it
   */
  String print(CniVersion version, Optional<Map<String, @Nullable Object>> previous) {
    if (!version.atLeast(CniVersion.V0_3_0)) return Json.indented(legacy(version));
    var before = previous.orElse(Map.of());
    boolean sorted = version.atLeast(CniVersion.V1_0_0);
    var result = new LinkedHashMap<String, @Nullable Object>();
    result.put("cniVersion", version.text());
    var links = list(before, "interfaces");
    int shift = links.size();
    for (var link : interfaces) links.add(sorted ? new TreeMap<>(json(link)) : json(link));
    result.put("interfaces", links);
    var addresses = list(before, "ips");
    for (var ip : ips) {
      var json = json(ip, shift, !sorted);
      addresses.add(sorted ? new TreeMap<>(json) : json);
    }
    result.put("ips", addresses);
    if (!sorted) result.put("dns", Map.of());
    for (var rest : before.entrySet()) {
      if (rest.getKey().equals("dns")) result.put("dns", rest.getValue());
      else result.putIfAbsent(rest.getKey(), rest.getValue());
    }
    return Json.indented(result);
  }

  private static List<@Nullable Object> list(Map<String, @Nullable Object> result, String key) {
    return result.get(key) instanceof List<?> list ? new ArrayList<>(list) : new ArrayList<>();
  }

  /**
   * Returns the shape of versions 0.1.0 and 0.2.0, which know one address of each family and no
   * interfaces.
   */
  private Map<String, Object> legacy(CniVersion version) {
    var result = new LinkedHashMap<String, Object>();
    result.put("cniVersion", version.text());
    for (var ip : ips) {
      var address = new LinkedHashMap<String, Object>();
      address.put("ip", ip.cidr);
      if (!ip.gateway.isEmpty()) address.put("gateway", ip.gateway);
      result.putIfAbsent(ip.v6 ? "ip6" : "ip4", address);
    }
    result.put("dns", Map.of());
    return result;
  }

  private static Map<String, Object> json(Link link) {
    var json = new LinkedHashMap<String, Object>();
    json.put("name", link.name);
    if (!link.mac.isEmpty()) json.put("mac", link.mac);
    if (!link.sandbox.isEmpty()) json.put("sandbox", link.sandbox);
    return json;
  }

  private static Map<String, Object> json(Address ip, int shift, boolean withVersion) {
    var json = new LinkedHashMap<String, Object>();
    if (withVersion) json.put("version", ip.v6 ? "6" : "4");
    json.put("interface", shift + ip.link);
    json.put("address", ip.cidr);
    if (!ip.gateway.isEmpty()) json.put("gateway", ip.gateway);
    return json;
  }
}
