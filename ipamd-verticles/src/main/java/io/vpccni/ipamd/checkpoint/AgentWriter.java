package io.vpccni.ipamd.checkpoint;

import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.Durable.Agent;
import io.vpccni.ipamd.pool.Durable.SavedEni;
import io.vpccni.ipamd.pool.Limits;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import net.minidev.json.JSONAware;

/** Writes the member {@code agent}. Times are milliseconds since 1970; lists are sorted. */
final class AgentWriter {
  /** This number is raised when an older reader would misunderstand the member. */
  static final int SCHEMA = 1;

  private AgentWriter() {}

  /**
   * @param enis the text of each, see {@link #eni}
   * @param pods likewise, see {@link #pod}
   */
  static Map<String, Object> write(
      Agent agent,
      Optional<Boot> boot,
      List<? extends JSONAware> enis,
      List<? extends JSONAware> pods) {
    var out = new LinkedHashMap<String, Object>();
    out.put("schema", SCHEMA);
    boot.ifPresent(since -> out.put("boot", boot(since)));
    agent.facts().ifPresent(facts -> out.put("node", node(facts)));
    agent.limits().ifPresent(limits -> out.put("limits", limits(limits)));
    out.put("enis", enis);
    out.put("pods", pods);
    out.put("cooling", times(agent.cooling()));
    out.put("quarantined", texts(agent.quarantined()));
    out.put("pendingVeths", List.copyOf(new TreeSet<>(agent.pendingVeths())));
    out.put("goneCidrs", times(agent.goneCidrs()));
    out.put("goneEnis", times(agent.goneEnis()));
    return out;
  }

  private static Map<String, Object> boot(Boot boot) {
    var out = new LinkedHashMap<String, Object>();
    out.put("id", boot.id());
    out.put("at", boot.at().toEpochMilli());
    return out;
  }

  private static Map<String, Object> node(NodeFacts facts) {
    var out = new LinkedHashMap<String, Object>();
    out.put("instanceId", facts.instance().id());
    out.put("instanceType", facts.instance().type());
    out.put("region", facts.instance().region());
    out.put("availabilityZone", facts.instance().zone());
    out.put("vpcId", facts.vpc().id());
    out.put("primaryEni", facts.primary().eni().value());
    out.put("primaryMac", facts.primary().mac());
    out.put("primarySubnet", facts.primary().subnet().value());
    facts.primary().ipv4().ifPresent(ip -> out.put("primaryIpv4", ip.toString()));
    facts.primary().ipv6().ifPresent(ip -> out.put("primaryIpv6", ip.toString()));
    out.put("vpcIpv4Cidrs", strings(facts.vpc().ipv4Cidrs()));
    out.put("vpcIpv6Cidrs", strings(facts.vpc().ipv6Cidrs()));
    return out;
  }

  private static Map<String, Object> limits(Limits limits) {
    var out = new LinkedHashMap<String, Object>();
    out.put("enisPerCard", limits.enisPerCard());
    out.put("slotsPerEni", limits.slotsPerEni());
    out.put("networkCards", limits.networkCards());
    return out;
  }

  static Map<String, Object> eni(SavedEni saved) {
    var eni = saved.eni();
    var out = new LinkedHashMap<String, Object>();
    out.put("id", eni.id().value());
    out.put("mac", eni.mac());
    out.put("networkCard", eni.networkCard());
    out.put("deviceNumber", eni.deviceNumber());
    out.put("subnet", eni.subnet().value());
    eni.subnetCidr().ifPresent(cidr -> out.put("subnetCidr", cidr.toString()));
    eni.primaryIp().ifPresent(ip -> out.put("primaryIp", ip.toString()));
    out.put("cidrs", strings(eni.cidrs()));
    out.put("kind", eni.kind().name());
    out.put("primary", eni.primary());
    out.put("excluded", eni.excluded());
    out.put("managed", eni.managed());
    out.put("routeTable", saved.routeTable());
    if (!saved.releasing().isEmpty()) {
      out.put("releasing", strings(List.copyOf(new TreeSet<>(saved.releasing()))));
    }
    if (saved.freeing()) {
      out.put("freeing", true);
    }
    if (!saved.young().isEmpty()) {
      out.put("young", times(saved.young()));
    }
    return out;
  }

  static Map<String, Object> pod(Holding holding) {
    var out = new LinkedHashMap<String, Object>();
    out.put("containerID", holding.attachment().containerId());
    out.put("ifName", holding.attachment().ifName());
    out.put("networkName", holding.attachment().networkName());
    out.put("netns", holding.wiring().netns());
    out.put("hostVeths", holding.wiring().hostVeths());
    out.put("wiredBy", holding.wiring().by().name());
    holding.egress().ifPresent(ip -> out.put("egress", ip.toString()));
    out.put("addresses", holding.addresses().stream().map(AgentWriter::held).toList());
    return out;
  }

  private static Map<String, Object> held(HeldAddress held) {
    var out = new LinkedHashMap<String, Object>();
    out.put("ip", held.ip().toString());
    out.put("eni", held.eni().value());
    out.put("deviceNumber", held.deviceNumber());
    out.put("routeTable", held.routeTable());
    return out;
  }

  private static List<String> strings(List<?> values) {
    return values.stream().map(Object::toString).toList();
  }

  private static Map<String, String> texts(Map<?, String> values) {
    var out = new TreeMap<String, String>();
    values.forEach((key, value) -> out.put(key.toString(), value));
    return out;
  }

  private static Map<String, Long> times(Map<?, Instant> values) {
    var out = new TreeMap<String, Long>();
    values.forEach((key, at) -> out.put(key.toString(), at.toEpochMilli()));
    return out;
  }
}
