package io.vpccni.ipamd.checkpoint;

import io.vpccni.ipamd.checkpoint.Fields.Malformed;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Durable.Agent;
import io.vpccni.ipamd.pool.Durable.SavedEni;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the member {@code agent}: all of it, or, if any of it but the boot is odd, nothing. */
final class AgentReader {
  private AgentReader() {}

  /** Holds what the member says, and what it adds to each allocation. */
  record Found(Agent agent, Optional<Boot> boot, Map<Attachment, Pod> pods) {
    /** An allocation that the member does not know (somebody added it) stays as it is. */
    Holding complete(Holding bare) {
      var pod = pods.get(bare.attachment());
      if (pod == null) {
        return bare;
      }
      var addresses =
          bare.addresses().stream()
              .map(held -> pod.places().getOrDefault(held.ip(), held).on(held.networkCard()))
              .toList();
      return new Holding(
          bare.attachment(), bare.pod(), pod.wiring(), addresses, pod.egress(), bare.assignedAt());
    }
  }

  record Pod(Wiring wiring, Optional<Ip> egress, Map<Ip, HeldAddress> places) {}

  static Optional<Found> read(Fields document, List<String> problems) {
    if (!document.has("agent")) {
      return Optional.empty();
    }
    try {
      var in = document.object("agent");
      if (in.number("schema") != AgentWriter.SCHEMA) {
        problems.add(
            "the member agent has schema "
                + in.number("schema")
                + ", not "
                + AgentWriter.SCHEMA
                + ": only the allocations are used");
        return Optional.empty();
      }
      return Optional.of(new Found(agent(in), boot(in, problems), pods(in)));
    } catch (Malformed odd) {
      problems.add("the member agent is left out: " + odd.getMessage());
      return Optional.empty();
    }
  }

  private static Agent agent(Fields in) throws Malformed {
    var enis = new ArrayList<SavedEni>();
    for (var eni : in.objects("enis")) {
      enis.add(eni(eni));
    }
    var quarantined = new HashMap<Ip, String>();
    if (in.has("quarantined")) {
      var object = in.object("quarantined");
      for (var key : object.values().keySet()) {
        quarantined.put(object.read("address", key, Ip::parse), object.text(String.valueOf(key)));
      }
    }
    return new Agent(
        in.has("node") ? Optional.of(node(in.object("node"))) : Optional.empty(),
        in.has("limits") ? Optional.of(limits(in.object("limits"))) : Optional.empty(),
        enis,
        in.instants("cooling", Ip::parse),
        quarantined,
        Set.copyOf(in.texts("pendingVeths", name -> name)),
        in.instants("goneCidrs", Cidr::parse),
        in.instants("goneEnis", EniId::new));
  }

  /** Reads the boot on its own, because the rest of the member is of use without it. */
  private static Optional<Boot> boot(Fields in, List<String> problems) {
    if (!in.has("boot")) return Optional.empty();
    try {
      var boot = in.object("boot");
      return Optional.of(new Boot(boot.text("id"), Instant.ofEpochMilli(boot.number("at"))));
    } catch (Malformed odd) {
      problems.add("the boot of the member agent is left out: " + odd.getMessage());
      return Optional.empty();
    }
  }

  private static NodeFacts node(Fields in) throws Malformed {
    return new NodeFacts(
        new NodeFacts.Instance(
            in.text("instanceId"),
            in.text("instanceType"),
            in.text("region"),
            in.text("availabilityZone")),
        new NodeFacts.Vpc(
            in.text("vpcId"),
            in.texts("vpcIpv4Cidrs", Cidr::parse),
            in.texts("vpcIpv6Cidrs", Cidr::parse)),
        new NodeFacts.Primary(
            new EniId(in.text("primaryEni")),
            in.text("primaryMac"),
            new SubnetId(in.text("primarySubnet")),
            in.someIp("primaryIpv4"),
            in.someIp("primaryIpv6")));
  }

  private static Limits limits(Fields in) throws Malformed {
    return new Limits(
        in.count("enisPerCard"), in.count("slotsPerEni"), Math.max(1, in.count("networkCards")));
  }

  private static SavedEni eni(Fields in) throws Malformed {
    var eni =
        new AttachedEni(
            new EniId(in.text("id")),
            in.text("mac"),
            new AttachedEni.Place(in.count("networkCard"), in.count("deviceNumber")),
            new SubnetId(in.text("subnet")),
            in.someCidr("subnetCidr"),
            in.someIp("primaryIp"),
            in.texts("cidrs", Cidr::parse),
            in.read("kind", in.text("kind"), EniKind::valueOf),
            new AttachedEni.Standing(in.flag("primary"), in.flag("excluded"), in.flag("managed")),
            Map.of());
    return new SavedEni(
        eni,
        in.count("routeTable"),
        new HashSet<>(in.texts("releasing", Cidr::parse)),
        in.flag("freeing"),
        in.instants("young", Cidr::parse));
  }

  private static Map<Attachment, Pod> pods(Fields in) throws Malformed {
    var pods = new HashMap<Attachment, Pod>();
    for (var pod : in.objects("pods")) {
      var places = new HashMap<Ip, HeldAddress>();
      for (var address : pod.objects("addresses")) {
        var held = held(address);
        places.put(held.ip(), held);
      }
      var wiring =
          new Wiring(
              pod.text("netns"),
              pod.texts("hostVeths", name -> name),
              pod.read("wiredBy", pod.text("wiredBy"), Wiring.By::valueOf));
      pods.put(
          new Attachment(pod.text("containerID"), pod.text("ifName"), pod.text("networkName")),
          new Pod(wiring, pod.someIp("egress"), places));
    }
    return pods;
  }

  private static HeldAddress held(Fields address) throws Malformed {
    var ip = address.ip("ip");
    var eni = new EniId(address.text("eni"));
    // A table without an ENI is a guess of an earlier version.
    return eni.value().isEmpty()
        ? HeldAddress.unplaced(ip, 0)
        : new HeldAddress(ip, 0, eni, address.count("deviceNumber"), address.count("routeTable"));
  }
}
