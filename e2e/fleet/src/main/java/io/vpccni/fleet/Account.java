package io.vpccni.fleet;

import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Holds the ENIs and subnets of the account that all nodes share. Each call here takes effect at
 * once; {@link AccountApi} adds the limits on requests and the time that an answer takes. It keeps
 * the ENIs by node, because the simulated cloud's immutable tables are too slow for thousands.
 */
final class Account {
  /** An ENI cannot be deleted until this long after the call that detaches it. */
  private static final Duration DETACHING = Duration.ofSeconds(2);

  private final VirtualClock clock;
  private final Map<SubnetId, SubnetSpace> subnets = new LinkedHashMap<>();
  private final Map<String, Map<EniId, EniView>> attached = new LinkedHashMap<>();
  private final Map<EniId, EniView> unattached = new LinkedHashMap<>();
  private final Map<EniId, String> instances = new LinkedHashMap<>();
  private long lastId;

  Account(VirtualClock clock, List<Cidr> blocks, RandomGenerator chance) {
    this.clock = clock;
    int number = 0;
    for (var block : blocks) {
      var id = new SubnetId("subnet-%017x".formatted(++number));
      subnets.put(id, new SubnetSpace(id, block, chance));
    }
  }

  List<SubnetSpace> subnets() {
    return List.copyOf(subnets.values());
  }

  /** Returns how many ENIs there are. */
  int enis() {
    return instances.size();
  }

  private SubnetSpace subnet(SubnetId id) {
    return Optional.ofNullable(subnets.get(id)).orElseThrow();
  }

  /** Starts an instance with its primary ENI, which EC2 makes without a call of the agent. */
  EniView launch(String instance, SubnetId subnet) {
    var eni = newEni(subnet, subnet(subnet).takeSingles("RunInstances", 1), List.of(), labels());
    var at = new EniView.Attachment("eni-attach-" + instance, instance, 0, 0, "attached", true);
    var primary = eni.attached(at);
    attached.put(instance, new LinkedHashMap<>(Map.of(primary.id(), primary)));
    instances.put(primary.id(), instance);
    return primary;
  }

  private static EniView.Labels labels() {
    return new EniView.Labels("", Map.of());
  }

  private EniView newEni(
      SubnetId subnet, List<Ip> ips, List<Cidr> prefixes, EniView.Labels labels) {
    long number = ++lastId;
    return new EniView(
        new EniId("eni-%017x".formatted(number)),
        "02:00:%02x:%02x:%02x:%02x"
            .formatted(number >> 24 & 0xff, number >> 16 & 0xff, number >> 8 & 0xff, number & 0xff),
        subnet,
        "interface",
        Optional.empty(),
        new EniView.Addresses(ips, List.of(), prefixes),
        labels,
        new EniView.Security(List.of("sg-nodes"), EniView.Tracking.NONE));
  }

  /** Ends an instance: its ENIs go with it, and their addresses are free again. */
  void terminate(String instance) {
    for (var eni : Optional.ofNullable(attached.remove(instance)).orElse(Map.of()).values()) {
      forget(eni);
    }
  }

  private void forget(EniView eni) {
    instances.remove(eni.id());
    eni.ipv4().forEach(ip -> subnet(eni.subnet()).giveBack(ip.asCidr()));
    eni.prefixes().forEach(subnet(eni.subnet())::giveBack);
  }

  EniView create(NewEni wanted) {
    var action = "CreateNetworkInterface";
    var space = subnet(wanted.subnet());
    boolean singles = wanted.kind() == AddressKind.SECONDARY_IP;
    var ips = space.takeSingles(action, singles ? wanted.count() + 1 : 1);
    List<Cidr> prefixes = List.of();
    if (!singles) {
      try {
        prefixes = space.takePrefixes(action, wanted.count());
      } catch (Ec2Refused refused) {
        ips.forEach(ip -> space.giveBack(ip.asCidr()));
        throw refused;
      }
    }
    var labels = new EniView.Labels(wanted.description(), wanted.allTags());
    var eni = newEni(wanted.subnet(), ips, prefixes, labels);
    unattached.put(eni.id(), eni);
    instances.put(eni.id(), "");
    return eni;
  }

  String attach(EniId id, String instance, int card, int index, int most) {
    var eni = unattached.get(id);
    var there = attached.get(instance);
    if (eni == null || there == null) {
      throw Ec2Refused.of("AttachNetworkInterface", "IncorrectState", id + " cannot be attached");
    }
    if (there.size() >= most) {
      throw Ec2Refused.of(
          "AttachNetworkInterface", "AttachmentLimitExceeded", instance + " has " + most + " ENIs");
    }
    unattached.remove(id);
    var attachment = "eni-attach-" + id.value().substring(4);
    put(
        instance,
        eni.attached(new EniView.Attachment(attachment, instance, card, index, "attached", false)));
    return attachment;
  }

  private void put(String instance, EniView eni) {
    instances.put(eni.id(), instance);
    Optional.ofNullable(attached.get(instance)).ifPresent(there -> there.put(eni.id(), eni));
  }

  /** Changes an attached ENI; fails if there is none of this id. */
  void mark(String action, EniId id) {
    put(instances.getOrDefault(id, ""), need(action, id).markedForDeletion());
  }

  void tag(EniId id, Map<String, String> tags) {
    var eni = need("CreateTags", id);
    var all = new LinkedHashMap<>(eni.tags());
    all.putAll(tags);
    var next = eni.withTags(all);
    unattached.computeIfPresent(id, (_, _) -> next);
    if (next.attachment().isPresent()) put(instances.getOrDefault(id, ""), next);
  }

  private EniView need(String action, EniId id) {
    return find(id)
        .orElseThrow(
            () ->
                Ec2Refused.of(
                    action, "InvalidNetworkInterfaceID.NotFound", id + " does not exist"));
  }

  Optional<EniView> find(EniId id) {
    return Optional.ofNullable(unattached.get(id))
        .or(
            () ->
                of(instances.getOrDefault(id, "")).stream()
                    .filter(e -> e.id().equals(id))
                    .findFirst());
  }

  List<Cidr> assign(EniId id, AddressKind kind, int count, int slots) {
    var action = "AssignPrivateIpAddresses";
    var eni = need(action, id);
    if (eni.ipv4().size() - 1 + eni.prefixes().size() + count > slots) {
      throw Ec2Refused.of(
          action, "PrivateIpAddressLimitExceeded", id + " may hold " + slots + " of them");
    }
    var space = subnet(eni.subnet());
    var ips = new ArrayList<>(eni.ipv4());
    var prefixes = new ArrayList<>(eni.prefixes());
    List<Cidr> added;
    if (kind == AddressKind.SECONDARY_IP) {
      var fresh = space.takeSingles(action, count);
      ips.addAll(fresh);
      added = fresh.stream().map(Ip::asCidr).toList();
    } else {
      added = space.takePrefixes(action, count);
      prefixes.addAll(added);
    }
    hold(eni, ips, prefixes);
    return added;
  }

  void unassign(EniId id, List<Cidr> cidrs) {
    var eni = need("UnassignPrivateIpAddresses", id);
    var gone = new HashSet<>(cidrs);
    var held = new HashSet<>(eni.prefixes());
    eni.ipv4().forEach(ip -> held.add(ip.asCidr()));
    if (!held.containsAll(gone)) {
      throw Ec2Refused.of(
          "UnassignPrivateIpAddresses", "InvalidParameterValue", "some are not assigned to " + id);
    }
    gone.forEach(subnet(eni.subnet())::giveBack);
    hold(
        eni,
        eni.ipv4().stream().filter(ip -> !gone.contains(ip.asCidr())).toList(),
        eni.prefixes().stream().filter(cidr -> !gone.contains(cidr)).toList());
  }

  private void hold(EniView eni, List<Ip> ips, List<Cidr> prefixes) {
    put(
        instances.getOrDefault(eni.id(), ""),
        new EniView(
            eni.id(),
            eni.mac(),
            eni.subnet(),
            eni.type(),
            eni.attachment(),
            new EniView.Addresses(ips, List.of(), prefixes),
            eni.labels(),
            eni.security()));
  }

  void detach(String instance, String attachment) {
    var eni =
        of(instance).stream()
            .filter(each -> each.attachment().filter(at -> at.id().equals(attachment)).isPresent())
            .findFirst()
            .orElseThrow(
                () ->
                    Ec2Refused.of(
                        "DetachNetworkInterface",
                        "InvalidAttachmentID.NotFound",
                        attachment + " does not exist"));
    var there = attached.getOrDefault(instance, Map.of());
    clock.after(
        DETACHING,
        () -> {
          var leaving = there.remove(eni.id());
          if (leaving != null && instances.containsKey(eni.id())) {
            instances.put(eni.id(), "");
            unattached.put(eni.id(), detached(leaving));
          }
        });
  }

  private static EniView detached(EniView eni) {
    return new EniView(
        eni.id(),
        eni.mac(),
        eni.subnet(),
        eni.type(),
        Optional.empty(),
        eni.addresses(),
        eni.labels(),
        eni.security());
  }

  void delete(EniId id) {
    var eni = need("DeleteNetworkInterface", id);
    if (unattached.remove(id) == null) {
      throw Ec2Refused.of(
          "DeleteNetworkInterface", "InvalidNetworkInterface.InUse", id + " is used");
    }
    forget(eni);
  }

  /** Returns what is attached to an instance. */
  List<EniView> of(String instance) {
    return List.copyOf(attached.getOrDefault(instance, Map.of()).values());
  }

  List<EniView> unattached() {
    return List.copyOf(unattached.values());
  }

  List<SubnetView> describeSubnet(SubnetId id) {
    var space = subnet(id);
    return List.of(new SubnetView(id, List.of(space.cidr()), space.free(), Map.of()));
  }
}
