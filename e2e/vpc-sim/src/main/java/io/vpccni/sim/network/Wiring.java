package io.vpccni.sim.network;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.sim.ec2.Effect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Turns what EC2 says into commands for the kernel. It is pure apart from its own memory: it starts
 * no process and reads no clock. It is not thread-safe.
 *
 * <p>Each ENI is a veth pair: one end in the router, one in the instance. The router sends an
 * address to the link of the ENI that owns it now, always by one next hop and its permanent
 * neighbour with the ENI's MAC, so that a prefix costs one route and no neighbour per address.
 */
final class Wiring {
  private final Names names;
  private final KernelCommands kernel;
  private final Map<String, EniLink> enis = new TreeMap<>();
  private final Map<String, List<Cidr>> subnets = new TreeMap<>();
  private final Map<String, List<Cidr>> vpcs = new TreeMap<>();
  private final Map<Cidr, String> owners = new TreeMap<>();
  private int links;

  Wiring(Names names) {
    this.names = names;
    kernel = new KernelCommands(names);
  }

  List<KernelCommand> commands(Effect effect) {
    return switch (effect) {
      case Effect.VpcChanged(var id, var cidrs) -> vpcChanged(id, cidrs);
      case Effect.SubnetChanged(var id, var _, var cidrs) -> subnetChanged(id, cidrs);
      case Effect.SubnetDeleted(var id) -> subnetChanged(id, List.of());
      case Effect.InstanceLaunched(var id, var _) ->
          List.of(new KernelCommand.AddNamespace(names.instance(id)));
      case Effect.InstanceTerminated(var id) ->
          List.of(new KernelCommand.DeleteNamespace(names.instance(id)));
      case Effect.EniAttached attached -> plug(attached);
      case Effect.EniDetached detached -> unplug(eni(detached.eniId()));
      case Effect.EniDeleted(var id) -> forget(id);
      case Effect.AddressAssigned given -> assign(given);
      case Effect.AddressUnassigned(var cidr, var id, var _) -> unassign(cidr, id);
      case Effect.PublicAddressMapped(var inside, var outside) ->
          KernelCommands.mapped("add", inside, outside);
      case Effect.PublicAddressUnmapped(var inside, var outside) ->
          KernelCommands.mapped("delete", inside, outside);
      case Effect.SourceDestCheckChanged(var id, var on) -> check(eni(id), on);
    };
  }

  private EniLink eni(String id) {
    return enis.computeIfAbsent(id, EniLink::new);
  }

  private List<KernelCommand> vpcChanged(String vpcId, List<Cidr> now) {
    var before = vpcs.getOrDefault(vpcId, List.of());
    vpcs.put(vpcId, now);
    var commands = new ArrayList<KernelCommand>();
    without(now, before).forEach(cidr -> commands.add(kernel.blackhole("add", cidr)));
    without(before, now).forEach(cidr -> commands.add(kernel.blackhole("del", cidr)));
    return commands;
  }

  private List<KernelCommand> subnetChanged(String subnetId, List<Cidr> now) {
    var before = subnets.getOrDefault(subnetId, List.of());
    subnets.put(subnetId, now);
    var commands = new ArrayList<KernelCommand>();
    without(now, before).forEach(cidr -> commands.add(kernel.gateway("add", cidr)));
    without(before, now).forEach(cidr -> commands.add(kernel.gateway("del", cidr)));
    return commands;
  }

  private List<KernelCommand> plug(Effect.EniAttached at) {
    var eni = eni(at.eniId());
    boolean primary = at.deviceIndex() == 0 && at.card() == 0;
    eni.plug(at, freeDevice(at.instanceId()), "v" + links++);
    // A real driver starts with 1500; DHCP then raises it, on the primary ENI only.
    var commands = new ArrayList<>(kernel.plug(eni, primary ? 9001 : 1500));
    eni.addresses.forEach(cidr -> commands.addAll(admit(eni, cidr)));
    if (!eni.checked) {
      commands.add(KernelCommands.unchecked("add", eni));
    }
    if (primary) {
      commands.addAll(kernel.configure(eni, subnets.getOrDefault(at.subnetId(), List.of())));
    }
    return commands;
  }

  private List<KernelCommand> unplug(EniLink eni) {
    if (!eni.plugged()) {
      return List.of();
    }
    // Routes and neighbours go with the link; the sets know it only by name.
    var commands = new ArrayList<KernelCommand>();
    eni.addresses.forEach(cidr -> commands.add(KernelCommands.source("delete", eni, cidr)));
    if (!eni.checked) {
      commands.add(KernelCommands.unchecked("delete", eni));
    }
    commands.add(kernel.unplug(eni));
    eni.unplug();
    return commands;
  }

  private List<KernelCommand> forget(String eniId) {
    var eni = eni(eniId);
    var commands = unplug(eni);
    eni.addresses.forEach(cidr -> owners.remove(cidr, eniId));
    enis.remove(eniId);
    return commands;
  }

  private List<KernelCommand> assign(Effect.AddressAssigned given) {
    var eni = eni(given.eniId());
    eni.mac(given.mac());
    var commands = new ArrayList<KernelCommand>();
    var before = owners.put(given.address(), eni.id);
    if (before != null && !before.equals(eni.id)) {
      commands.addAll(take(eni(before), given.address()));
    }
    if (eni.addresses.add(given.address()) && eni.plugged()) {
      commands.addAll(admit(eni, given.address()));
    }
    return commands;
  }

  private List<KernelCommand> unassign(Cidr cidr, String eniId) {
    owners.remove(cidr, eniId);
    return take(eni(eniId), cidr);
  }

  private List<KernelCommand> take(EniLink eni, Cidr cidr) {
    return eni.addresses.remove(cidr) && eni.plugged()
        ? List.of(kernel.route("del", eni, cidr), KernelCommands.source("delete", eni, cidr))
        : List.of();
  }

  private List<KernelCommand> admit(EniLink eni, Cidr cidr) {
    return List.of(kernel.route("add", eni, cidr), KernelCommands.source("add", eni, cidr));
  }

  private static List<KernelCommand> check(EniLink eni, boolean on) {
    return eni.check(on) && eni.plugged()
        ? List.of(KernelCommands.unchecked(on ? "delete" : "add", eni))
        : List.of();
  }

  /**
   * Returns the name of a new device, as Linux chooses it: with the lowest number that the instance
   * does not use.
   */
  private String freeDevice(String instanceId) {
    var taken =
        enis.values().stream()
            .filter(eni -> eni.instance.equals(instanceId))
            .map(eni -> eni.device)
            .toList();
    return IntStream.iterate(0, n -> n + 1)
        .mapToObj(n -> "eth" + n)
        .filter(name -> !taken.contains(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<Cidr> without(Collection<Cidr> all, Collection<Cidr> these) {
    return all.stream().filter(cidr -> !these.contains(cidr)).toList();
  }
}
