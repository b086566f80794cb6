package io.vpccni.ipamd.ec2;

import io.vertx.core.Future;
import io.vpccni.ipamd.bus.Shared;
import io.vpccni.ipamd.ec2.Ec2Reply.Described;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeEni;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.limits.InstanceLimits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Answers what the pool asks of EC2, for one node whose facts are known. For one context only. */
final class Ec2Service {
  private static final Duration LEFTOVER_LOOK = Duration.ofMinutes(1);

  private final Ec2Api api;
  private final Imds imds;
  private final Ec2Settings settings;
  private final NodeFacts node;
  private final OptionalInt perEni;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final KnownEnis known = new KnownEnis();
  private final DeviceSlots slots = new DeviceSlots();
  private final Subnets subnets;
  private final EniWork work;
  private final Upkeep upkeep;
  private final Shared<List<AttachedEni>> describing = new Shared<>();
  private final Map<EniId, Shared<Optional<EniView>>> describingOne = new HashMap<>();

  /**
   * @param limits empty while the instance type is unknown: then EC2 refuses what is too much
   */
  Ec2Service(
      Ec2Api api,
      Imds imds,
      Ec2Settings settings,
      NodeFacts node,
      Optional<InstanceLimits> limits,
      Later later,
      InstantSource clock,
      RandomGenerator random) {
    this.api = api;
    this.imds = imds;
    this.settings = settings;
    this.node = node;
    this.perEni = limits.stream().mapToInt(l -> l.ipv4Limit() - 1).findFirst();
    this.clock = clock;
    this.random = random;
    this.subnets = new Subnets(api, node, clock);
    this.work =
        new EniWork(
            api,
            imds,
            node,
            settings.ipv6(),
            known,
            slots,
            later,
            clock,
            () -> leftover().lookForOwnLeftovers(LEFTOVER_LOOK));
    this.upkeep = new Upkeep(api, imds, work, settings, node, known, later, clock, random);
  }

  private Upkeep leftover() {
    return upkeep;
  }

  /** Fails only because of a bug. */
  Future<Ec2Reply> handle(Ec2Request request) {
    Future<Ec2Reply> reply =
        switch (request) {
          case DescribeAttached _ -> describeAttached();
          case DescribeEni(var eni) -> describeEni(eni);
          case AssignAddresses ask -> changing("AssignPrivateIpAddresses", () -> assign(ask));
          case UnassignAddresses ask -> changing("UnassignPrivateIpAddresses", () -> unassign(ask));
          case CreateEni ask -> changing("CreateNetworkInterface", () -> create(ask));
          case FreeEni(var eni) -> changing("DeleteNetworkInterface", () -> free(eni));
        };
    return reply.recover(
        error ->
            error instanceof Ec2Refused refused
                ? Future.succeededFuture(refused.failed())
                : Future.failedFuture(error));
  }

  private Future<Ec2Reply> changing(String action, Supplier<Future<Ec2Reply>> change) {
    if (settings.mayChange()) {
      return change.get();
    }
    return Future.succeededFuture(
        new Failed(
            action,
            settings.imdsOnly() ? "ImdsOnlyMode" : "ProvisioningDisabled",
            settings.imdsOnly()
                ? "ENABLE_IMDS_ONLY_MODE=true: EC2 is not called"
                : "DISABLE_NETWORK_RESOURCE_PROVISIONING=true: nothing is changed in EC2",
            FailureKind.PERMANENT,
            Optional.empty()));
  }

  // --- describing

  private Future<Ec2Reply> describeAttached() {
    if (settings.imdsOnly()) {
      return fromImds();
    }
    return describing
        .join(this::askForAll)
        .<Ec2Reply>map(enis -> new Described(enis, true))
        .recover(
            error ->
                error instanceof Ec2Refused
                    // EC2's own reason says more than that of IMDS.
                    ? fromImds().recover(_ -> Future.failedFuture(error))
                    : Future.failedFuture(error));
  }

  private Future<Ec2Reply> fromImds() {
    return imds.attached()
        .map(enis -> new Described(EniRules.withCards(enis, settings.multiNic()), false));
  }

  private Future<List<AttachedEni>> askForAll() {
    var fromEc2 = api.enis(Map.of("attachment.instance-id", node.instanceId()));
    // For the subnets' address blocks only, so it may fail.
    var fromImds =
        imds.attached()
            .recover(
                error ->
                    error instanceof Ec2Refused
                        ? Future.succeededFuture(List.of())
                        : Future.failedFuture(error));
    Future<Optional<List<SubnetView>>> zone =
        settings.subnetDiscovery()
            ? subnets.list()
            : Future.succeededFuture(Optional.<List<SubnetView>>empty());
    return Future.all(fromEc2, fromImds, zone)
        .map(
            _ -> {
              var attached =
                  fromEc2.result().stream()
                      .filter(eni -> eni.attachedTo(node.instanceId()))
                      .toList();
              var all = known.described(attached, clock.instant());
              slots.learn(fromEc2.result());
              all.forEach(slots::add);
              upkeep.repair();
              upkeep.start();
              return toAttached(all, fromImds.result());
            });
  }

  private List<AttachedEni> toAttached(List<EniView> enis, List<AttachedEni> hints) {
    return EniRules.attached(
        enis,
        node,
        settings,
        eni ->
            subnets
                .known(eni.subnet())
                .or(
                    () ->
                        hints.stream()
                            .filter(hint -> hint.subnet().equals(eni.subnet()))
                            .flatMap(hint -> hint.subnetCidr().stream())
                            .findFirst()
                            .map(
                                cidr -> new SubnetView(eni.subnet(), List.of(cidr), 0, Map.of()))));
  }

  private Future<Ec2Reply> describeEni(EniId id) {
    if (settings.imdsOnly()) {
      return oneFromImds(id);
    }
    var shared = describingOne.computeIfAbsent(id, _ -> new Shared<>());
    return shared
        .join(() -> api.eni(id).onComplete(_ -> describingOne.remove(id)))
        .compose(
            seen -> {
              var attached = seen.filter(eni -> eni.attachedTo(node.instanceId()));
              attached.ifPresent(known::update);
              return hintsFor(attached)
                  .<Ec2Reply>map(
                      hints -> new Described(toAttached(attached.stream().toList(), hints), true));
            })
        .recover(
            error ->
                error instanceof Ec2Refused
                    ? oneFromImds(id).recover(_ -> Future.failedFuture(error))
                    : Future.failedFuture(error));
  }

  /** Only where the address block of the ENI's subnet is not known otherwise. */
  private Future<List<AttachedEni>> hintsFor(Optional<EniView> eni) {
    if (eni.isEmpty() || subnets.known(eni.get().subnet()).isPresent()) {
      return Future.succeededFuture(List.of());
    }
    return imds.attached()
        .recover(
            error ->
                error instanceof Ec2Refused
                    ? Future.succeededFuture(List.of())
                    : Future.failedFuture(error));
  }

  private Future<Ec2Reply> oneFromImds(EniId id) {
    return imds.attached()
        .map(
            enis ->
                new Described(
                    EniRules.withCards(enis, settings.multiNic()).stream()
                        .filter(eni -> eni.id().equals(id))
                        .toList(),
                    false));
  }

  // --- addresses

  private Future<Ec2Reply> assign(AssignAddresses ask) {
    int count = Math.min(ask.count(), perEni.orElse(Integer.MAX_VALUE));
    if (count < 1) {
      return Future.succeededFuture(new Ec2Reply.AddressesAssigned(ask.eni(), List.of()));
    }
    return api.assign(ask.eni(), ask.kind(), count)
        .<Ec2Reply>map(
            cidrs -> new Ec2Reply.AddressesAssigned(ask.eni(), withoutPrimary(ask.eni(), cidrs)))
        .recover(error -> Future.failedFuture(inSubnetOf(ask.eni(), error)));
  }

  /** Some EC2 look-alikes list it too; a pod must never get it. */
  private List<Cidr> withoutPrimary(EniId id, List<Cidr> cidrs) {
    var primary = known.of(id).stream().flatMap(eni -> eni.ipv4().stream()).map(Ip::asCidr);
    var own = primary.findFirst();
    return cidrs.stream().filter(cidr -> own.filter(cidr::equals).isEmpty()).toList();
  }

  private Throwable inSubnetOf(EniId id, Throwable error) {
    if (!(error instanceof Ec2Refused refused)
        || refused.failed().kind() != FailureKind.SUBNET_EXHAUSTED) {
      return error;
    }
    subnets.doubt();
    return known.of(id).<Throwable>map(eni -> refused.in(eni.subnet().value())).orElse(error);
  }

  private Future<Ec2Reply> unassign(UnassignAddresses ask) {
    if (ask.cidrs().isEmpty()) {
      return Future.succeededFuture(new Ec2Reply.AddressesUnassigned(ask.eni(), List.of()));
    }
    return api.unassign(ask.eni(), ask.cidrs())
        .recover(
            error ->
                error instanceof Ec2Refused refused
                        && refused.failed().kind() == FailureKind.PERMANENT
                    ? unassignWhatIsThere(ask, refused)
                    : Future.failedFuture(error))
        .map(_ -> new Ec2Reply.AddressesUnassigned(ask.eni(), ask.cidrs()));
  }

  /** One address that is gone already makes EC2 refuse all: the rest is asked for again. */
  private Future<Void> unassignWhatIsThere(UnassignAddresses ask, Ec2Refused why) {
    return api.eni(ask.eni())
        .compose(
            seen -> {
              var there = new HashSet<Cidr>();
              seen.ifPresent(
                  eni -> {
                    eni.ipv4().stream().map(Ip::asCidr).forEach(there::add);
                    there.addAll(eni.prefixes());
                  });
              var left = ask.cidrs().stream().filter(there::contains).toList();
              if (left.isEmpty()) {
                return Future.succeededFuture();
              }
              return left.size() < ask.cidrs().size()
                  ? api.unassign(ask.eni(), left)
                  : Future.failedFuture(why);
            });
  }

  // --- ENIs

  private Future<Ec2Reply> create(CreateEni ask) {
    Future<?> first =
        known.described() ? Future.succeededFuture() : describing.join(this::askForAll);
    return first
        .compose(_ -> plan(ask))
        .compose(phase -> work.run(phase, ask.networkCard()))
        .map(
            end ->
                switch (end) {
                  case EniCreation.Ready(var eni) -> created(eni);
                  case EniCreation.Broken(var why, _) -> {
                    if (why.kind() == FailureKind.SUBNET_EXHAUSTED) {
                      subnets.doubt();
                    }
                    yield why;
                  }
                  default -> throw new IllegalStateException("not at its end: " + end);
                });
  }

  private Ec2Reply created(EniView eni) {
    return new Ec2Reply.EniCreated(toAttached(List.of(eni), List.of()).getFirst());
  }

  private Future<EniCreation.Phase> plan(CreateEni ask) {
    return Future.all(groups(ask.custom()), candidates(ask.custom()))
        .map(
            both -> {
              List<String> groups = both.resultAt(0);
              List<SubnetId> candidates = both.resultAt(1);
              var wanted = new ArrayList<NewEni>();
              for (var subnet : candidates) {
                wanted.add(newEni(ask, subnet, groups));
              }
              return new EniCreation.Creating(wanted.getFirst(), wanted.subList(1, wanted.size()));
            });
  }

  private NewEni newEni(CreateEni ask, SubnetId subnet, List<String> groups) {
    var tracking = known.of(node.primaryEni()).map(EniView::tracking).orElse(EniView.Tracking.NONE);
    return new NewEni(
        EniTags.description(node.instanceId()),
        subnet,
        groups,
        ask.kind(),
        count(ask, subnet),
        EniTags.wantedOfNew(settings, node.instanceId(), clock.instant()),
        tracking,
        Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong()));
  }

  /** Not more than the ENI may hold, nor than the subnet has besides the primary address. */
  private int count(CreateEni ask, SubnetId subnet) {
    int most = Math.min(ask.count(), perEni.orElse(Integer.MAX_VALUE));
    if (ask.kind() != AddressKind.SECONDARY_IP) {
      return most;
    }
    int free = subnets.known(subnet).map(SubnetView::freeIpv4).orElse(Integer.MAX_VALUE);
    return Math.clamp(free - 1L, 1, Math.max(1, most));
  }

  private Future<List<String>> groups(Optional<CustomNetwork> custom) {
    var own = custom.map(CustomNetwork::securityGroups).orElse(List.of());
    if (!own.isEmpty()) {
      return Future.succeededFuture(own);
    }
    return imds.securityGroups()
        .recover(
            error ->
                known
                    .of(node.primaryEni())
                    .filter(_ -> error instanceof Ec2Refused)
                    .map(eni -> Future.succeededFuture(eni.groups()))
                    .orElseGet(() -> Future.failedFuture(error)));
  }

  private Future<List<SubnetId>> candidates(Optional<CustomNetwork> custom) {
    // Also without discovery and for an ENIConfig: the answer holds the subnet's address block.
    return subnets
        .list()
        .map(
            listed -> {
              if (custom.isPresent()) {
                return List.of(custom.get().subnet());
              }
              var zone = listed.orElse(List.of());
              var found =
                  settings.subnetDiscovery() && listed.isPresent()
                      ? SubnetChoice.candidates(zone, node.primarySubnet(), settings.cluster())
                          .stream()
                          .map(SubnetView::id)
                          .toList()
                      : primaryUnlessExcluded();
              if (found.isEmpty()) {
                throw Ec2Refused.of(
                    "CreateNetworkInterface",
                    "NoUsableSubnet",
                    "the tags of the subnets of "
                        + node.vpcId()
                        + " in "
                        + node.availabilityZone()
                        + " allow no ENI in any: look at kubernetes.io/role/cni and"
                        + " cni.networking.k8s.aws/cluster/*",
                    FailureKind.PERMANENT);
              }
              return found;
            });
  }

  private List<SubnetId> primaryUnlessExcluded() {
    boolean excluded =
        subnets
            .known(node.primarySubnet())
            .filter(subnet -> SubnetChoice.excluded(subnet, settings.cluster()))
            .isPresent();
    return excluded ? List.of() : List.of(node.primarySubnet());
  }

  private Future<Ec2Reply> free(EniId id) {
    return work.look(id)
        .compose(
            seen -> {
              if (seen.isEmpty()) {
                return Future.succeededFuture(new Ec2Reply.EniFreed(id));
              }
              var eni = seen.get();
              if (mustStay(eni)) {
                return Future.failedFuture(
                    Ec2Refused.of(
                        "DetachNetworkInterface",
                        "NotOurs",
                        id + " is the primary, a trunk or an EFA ENI: it is never freed",
                        FailureKind.PERMANENT));
              }
              return work.free(eni).map(_ -> new Ec2Reply.EniFreed(id));
            });
  }

  private boolean mustStay(EniView eni) {
    return eni.id().equals(node.primaryEni())
        || eni.type().equals("trunk")
        || eni.type().startsWith("efa");
  }
}
