package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.AddressRequest;
import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.ec2.Attachment;
import io.vpccni.sim.ec2.CallContext;
import io.vpccni.sim.ec2.CloudState;
import io.vpccni.sim.ec2.Ec2;
import io.vpccni.sim.ec2.Ec2Answer;
import io.vpccni.sim.ec2.Ec2Call;
import io.vpccni.sim.ec2.Eni;
import io.vpccni.sim.ec2.EniCall.AssignIpv6Addresses;
import io.vpccni.sim.ec2.EniCall.AssignPrivateIpAddresses;
import io.vpccni.sim.ec2.EniCall.AttachNetworkInterface;
import io.vpccni.sim.ec2.EniCall.CreateNetworkInterface;
import io.vpccni.sim.ec2.EniCall.DeleteNetworkInterface;
import io.vpccni.sim.ec2.EniCall.DetachNetworkInterface;
import io.vpccni.sim.ec2.EniCall.UnassignIpv6Addresses;
import io.vpccni.sim.ec2.EniCall.UnassignPrivateIpAddresses;
import io.vpccni.sim.ec2.InstanceType;
import io.vpccni.sim.ec2.KnownTypes;
import io.vpccni.sim.ec2.OccupySubnet;
import io.vpccni.sim.ec2.Rules;
import io.vpccni.sim.ec2.SceneCall.CreateSubnet;
import io.vpccni.sim.ec2.SceneCall.CreateVpc;
import io.vpccni.sim.ec2.SceneCall.RunInstances;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * This is vpc-sim's EC2 with one node in it, and the composite requests of the pool carried out on
 * it.
 */
final class SimulatedCloud {
  static final int SLOTS = 9;

  private static final KnownTypes TYPES =
      new KnownTypes(
          List.of(
              new InstanceType("sim.small", SLOTS + 1, List.of(3), "nitro", false),
              new InstanceType("sim.large", SLOTS + 1, List.of(6), "nitro", false),
              new InstanceType("sim.cards", SLOTS + 1, List.of(3, 3), "nitro", false)));
  private static final AddressRequest NONE = AddressRequest.NONE;

  private final VirtualTime time;
  private final Random chance;
  private final boolean v6;
  private final String subnet;
  private final String instance;
  final int enisPerCard;
  private final EniHistory history = new EniHistory();
  private CloudState state = CloudState.empty("us-west-2", "123456789012");
  private boolean blocksShown = true;
  int mutations;

  SimulatedCloud(VirtualTime time, Random chance, Mode mode) {
    this.time = time;
    this.chance = chance;
    this.v6 = mode == Mode.IPV6;
    var vpc =
        ((Ec2Answer.VpcCreated) call(new CreateVpc(Cidr.parse("10.0.0.0/16"), v6, new TreeMap<>())))
            .vpc()
            .vpc();
    var six =
        v6
            ? Optional.of(new Cidr(vpc.blocks(true).getFirst().network(), 64))
            : Optional.<Cidr>empty();
    var made =
        (Ec2Answer.SubnetCreated)
            call(
                new CreateSubnet(
                    vpc.id(), Cidr.parse("10.0.0.0/23"), six, Optional.empty(), new TreeMap<>()));
    subnet = made.subnet().subnet().id();
    enisPerCard = mode.enisPerCard();
    var started =
        (Ec2Answer.InstancesStarted)
            call(RunInstances.one(mode.instanceType(), subnet, List.of(), new TreeMap<>()));
    instance = started.instances().getFirst().instance().id();
    remember();
  }

  String subnet() {
    return subnet;
  }

  private Ec2Answer call(Ec2Call call) {
    var rules = Rules.immediate();
    var outcome = Ec2.apply(state, call, new CallContext(time.now(), chance, TYPES, rules));
    state = outcome.state();
    return outcome.answer();
  }

  private void remember() {
    history.add(time.now(), attached());
  }

  /** Sets how many addresses other users of the subnet leave free. */
  void occupy(int free, boolean fragmented) {
    call(new OccupySubnet(subnet, free, fragmented));
  }

  /** Sets whether the address blocks of subnets are shown. */
  void showBlocks(boolean shown) {
    blocksShown = shown;
    remember();
  }

  /** Does what the sweep for leaked ENIs does. */
  void sweep() {
    for (var eni : state.enis().byId().values()) {
      if (eni.attachment().isEmpty()) {
        call(new DeleteNetworkInterface(eni.id()));
      }
    }
  }

  List<AttachedEni> attached() {
    return state.enisOf(instance).map(this::view).toList();
  }

  List<AttachedEni> attachedAt(Instant then) {
    return history.at(then);
  }

  boolean assigned(Ip ip) {
    return state
        .enisOf(instance)
        .anyMatch(eni -> eni.addresses().stream().anyMatch(cidr -> cidr.contains(ip)));
  }

  int cidrs() {
    return attached().stream().mapToInt(eni -> eni.cidrs().size()).sum();
  }

  Ec2Reply perform(Ec2Request request, boolean halfway) {
    try {
      var reply =
          switch (request) {
            case Ec2Request.AssignAddresses(var id, var kind, var count) -> assign(id, kind, count);
            case Ec2Request.UnassignAddresses(var id, var cidrs) -> unassign(id, cidrs);
            case Ec2Request.CreateEni(var card, var kind, var count, var _) ->
                create(card, kind, count, halfway);
            case Ec2Request.FreeEni(var id) -> free(id);
            case Ec2Request.DescribeAttached() -> new Ec2Reply.Described(attached());
          };
      remember();
      return reply;
    } catch (ApiError refused) {
      return failed(request.getClass().getSimpleName(), refused.code(), kind(refused.code()));
    }
  }

  Ec2Reply.Failed failed(String action, String code, FailureKind kind) {
    return new Ec2Reply.Failed(action, code, "simulated", kind, Optional.of(subnet));
  }

  private static FailureKind kind(String code) {
    return switch (code) {
      case "InsufficientFreeAddressesInSubnet", "InsufficientCidrBlocks" ->
          FailureKind.SUBNET_EXHAUSTED;
      case "PrivateIpAddressLimitExceeded", "AttachmentLimitExceeded" -> FailureKind.LIMIT_EXCEEDED;
      default -> FailureKind.PERMANENT;
    };
  }

  private Ec2Reply assign(EniId id, AddressKind kind, int count) {
    mutations++;
    return switch (kind) {
      case SECONDARY_IP -> {
        var answer =
            (Ec2Answer.Ipv4Assigned)
                call(new AssignPrivateIpAddresses(id.value(), AddressRequest.count(count), false));
        yield new Ec2Reply.AddressesAssigned(id, answer.ips().stream().map(Ip::asCidr).toList());
      }
      case IPV4_PREFIX -> {
        var answer =
            (Ec2Answer.Ipv4Assigned)
                call(
                    new AssignPrivateIpAddresses(
                        id.value(), AddressRequest.prefixes(count), false));
        yield new Ec2Reply.AddressesAssigned(id, answer.prefixes());
      }
      case IPV6_PREFIX -> {
        var answer =
            (Ec2Answer.Ipv6Assigned)
                call(new AssignIpv6Addresses(id.value(), AddressRequest.prefixes(count)));
        yield new Ec2Reply.AddressesAssigned(id, answer.prefixes());
      }
    };
  }

  private Ec2Reply unassign(EniId id, List<Cidr> cidrs) {
    mutations++;
    var held = state.enis().find(id.value()).map(eni -> view(eni).cidrs()).orElse(List.of());
    var still = cidrs.stream().filter(held::contains).toList();
    var ips = still.stream().filter(Cidr::single).map(Cidr::network).toList();
    var prefixes = still.stream().filter(cidr -> !cidr.single()).toList();
    if (!still.isEmpty()) {
      call(
          v6
              ? new UnassignIpv6Addresses(id.value(), ips, prefixes)
              : new UnassignPrivateIpAddresses(id.value(), ips, prefixes));
    }
    return new Ec2Reply.AddressesUnassigned(id, cidrs);
  }

  private Ec2Reply create(int card, AddressKind kind, int count, boolean halfway) {
    mutations++;
    var four =
        switch (kind) {
          case SECONDARY_IP -> AddressRequest.count(count);
          case IPV4_PREFIX -> AddressRequest.prefixes(count);
          case IPV6_PREFIX -> NONE;
        };
    var created =
        ((Ec2Answer.EniCreated) call(CreateNetworkInterface.in(subnet, List.of(), four, Map.of())))
            .eni()
            .eni();
    if (halfway) {
      return failed("AttachNetworkInterface", "Timeout", FailureKind.OUTCOME_UNKNOWN);
    }
    try {
      call(new AttachNetworkInterface(created.id(), instance, freeIndex(card), card));
      if (kind == AddressKind.IPV6_PREFIX) {
        call(new AssignIpv6Addresses(created.id(), AddressRequest.prefixes(count)));
      }
    } catch (ApiError refused) {
      call(new DeleteNetworkInterface(created.id()));
      throw refused;
    }
    return new Ec2Reply.EniCreated(view(state.enis().find(created.id()).orElseThrow()));
  }

  private int freeIndex(int card) {
    var used =
        state
            .enisOf(instance)
            .flatMap(eni -> eni.attachment().stream())
            .filter(at -> at.card() == card)
            .map(Attachment::deviceIndex)
            .toList();
    int index = card == 0 ? 1 : 0;
    while (used.contains(index)) {
      index++;
    }
    return index;
  }

  private Ec2Reply free(EniId id) {
    mutations++;
    var eni = state.enis().find(id.value());
    if (eni.isPresent()) {
      eni.get().attachment().ifPresent(at -> call(new DetachNetworkInterface(at.id(), false)));
      call(new DeleteNetworkInterface(id.value()));
    }
    return new Ec2Reply.EniFreed(id);
  }

  private AttachedEni view(Eni eni) {
    var at = eni.attachment().orElseThrow();
    var cidrs = new ArrayList<Cidr>();
    eni.secondary().forEach(ip -> cidrs.add(ip.asCidr()));
    cidrs.addAll(eni.ipv4Prefixes());
    cidrs.addAll(eni.ipv6Prefixes());
    return new AttachedEni(
        new EniId(eni.id()),
        eni.mac(),
        new AttachedEni.Place(at.card(), at.deviceIndex()),
        new SubnetId(eni.subnetId()),
        blocksShown ? Optional.of(Cidr.parse("10.0.0.0/23")) : Optional.empty(),
        eni.primary(),
        cidrs,
        EniKind.ORDINARY,
        new AttachedEni.Standing(at.primary(), false, true),
        Map.of());
  }

  Duration latency() {
    return Duration.ofMillis(20 + chance.nextInt(chance.nextInt(10) == 0 ? 4000 : 400));
  }
}
