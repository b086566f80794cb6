package io.vpccni.ipamd.cni;

import io.vpccni.ipamd.dataplane.DataplaneReply.WiredPair;
import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.link.LinkNames;
import io.vpccni.ipamd.pool.GrantedAddress;
import io.vpccni.ipamd.pool.PodRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What ADD prints. The reference's DEL reads it back: each container interface carries its route
 * table in {@code mac}, and a last, never existing "dummy" interface the ENI's device number in
 * {@code sandbox} and the VLAN (0: none) in {@code mac}.
 *
 * @param ips one per container interface
 */
record PodResult(List<Link> interfaces, List<Address> ips) {
  PodResult {
    interfaces = List.copyOf(interfaces);
    ips = List.copyOf(ips);
  }

  /** Empty texts are left out. */
  record Link(String name, String mac, String sandbox) {}

  /**
   * @param link index into the interfaces
   * @param gateway empty where the pod's default route goes to a node-local address
   */
  record Address(int link, String cidr, boolean v6, String gateway) {}

  /** For a pod whose interfaces are veths. */
  static PodResult of(
      String ifName, String netns, PodRef pod, String prefix, List<GrantedAddress> addresses) {
    var interfaces = new ArrayList<Link>();
    var ips = new ArrayList<Address>();
    for (int index = 0; index < addresses.size(); index++) {
      var granted = addresses.get(index);
      interfaces.add(new Link(LinkNames.hostVeth(prefix, pod, index), "", ""));
      ips.add(
          new Address(interfaces.size(), granted.ip().asCidr().toString(), granted.ip().v6(), ""));
      interfaces.add(
          new Link(LinkNames.inPod(ifName, index), Integer.toString(granted.routeTable()), netns));
    }
    var device = Integer.toString(addresses.getFirst().deviceNumber());
    interfaces.add(new Link("dummy" + LinkNames.suffix(pod, 0), "0", device));
    return new PodResult(interfaces, ips);
  }

  /**
   * What is on the link instead of what the reference's DEL reads, and no dummy.
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
   * With the links to the other family behind all others, as the reference's second plugin appends
   * them; their addresses are nobody's business and not told.
   */
  PodResult withEgress(List<WiredPair> pairs, String netns) {
    var links = new ArrayList<>(interfaces);
    for (var pair : pairs) {
      links.add(new Link(pair.hostVeth(), pair.hostMac(), ""));
      links.add(new Link(pair.ifName(), pair.mac(), netns));
    }
    return new PodResult(links, ips);
  }

  /** In the shape and key order of that version, as the reference's library prints it. */
  String print(CniVersion version) {
    return Json.indented(
        version.atLeast(CniVersion.V1_0_0)
            ? sorted(version)
            : version.atLeast(CniVersion.V0_3_0) ? ordered(version) : legacy(version));
  }

  private Map<String, Object> sorted(CniVersion version) {
    var result = new TreeMap<String, Object>();
    result.put("cniVersion", version.text());
    result.put("interfaces", interfaces.stream().map(link -> new TreeMap<>(json(link))).toList());
    result.put("ips", ips.stream().map(ip -> new TreeMap<>(json(ip, false))).toList());
    return result;
  }

  private Map<String, Object> ordered(CniVersion version) {
    var result = new LinkedHashMap<String, Object>();
    result.put("cniVersion", version.text());
    result.put("interfaces", interfaces.stream().map(PodResult::json).toList());
    result.put("ips", ips.stream().map(ip -> json(ip, true)).toList());
    result.put("dns", Map.of());
    return result;
  }

  /** 0.1.0 and 0.2.0 know one address of each family and no interfaces. */
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

  private static Map<String, Object> json(Address ip, boolean withVersion) {
    var json = new LinkedHashMap<String, Object>();
    if (withVersion) json.put("version", ip.v6 ? "6" : "4");
    json.put("interface", ip.link);
    json.put("address", ip.cidr);
    if (!ip.gateway.isEmpty()) json.put("gateway", ip.gateway);
    return json;
  }
}
