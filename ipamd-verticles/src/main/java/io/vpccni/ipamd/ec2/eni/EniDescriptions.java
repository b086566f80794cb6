package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.bus.Shared;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.Described;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.Hinted;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Errors;
import io.vpccni.ipamd.ec2.api.Ec2Listener;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.NodeFacts;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is attached to the node: as EC2 says, or as IMDS hints where EC2 cannot or may not be asked.
 * Who asks while a call is under way gets its answer. For one context only.
 */
final class EniDescriptions {
  private final Ec2Api api;
  private final Imds imds;
  private final Ec2Settings settings;
  private final NodeFacts node;
  private final KnownEnis known;
  private final DeviceSlots slots;
  private final Subnets subnets;
  private final EniMaintenance upkeep;
  private final InstantSource clock;
  private final Ec2Listener listener;
  private final Shared<List<AttachedEni>> describing = new Shared<>();

  EniDescriptions(
      Ec2Api api,
      Imds imds,
      Ec2Settings settings,
      NodeFacts node,
      KnownEnis known,
      DeviceSlots slots,
      Subnets subnets,
      EniMaintenance upkeep,
      InstantSource clock,
      Ec2Listener listener) {
    this.api = api;
    this.imds = imds;
    this.settings = settings;
    this.node = node;
    this.known = known;
    this.slots = slots;
    this.subnets = subnets;
    this.upkeep = upkeep;
    this.clock = clock;
    this.listener = listener;
  }

  Future<Ec2Reply> all() {
    return settings.imdsOnly()
        ? fromImds(Optional.empty())
        : describing
            .join(this::askForAll)
            .<Ec2Reply>map(Described::new)
            .recover(
                error ->
                    error instanceof Ec2Refused refused
                        ? fromImds(Optional.of(refused.failed()))
                            // EC2's own reason says more than that of IMDS.
                            .recover(_ -> Future.failedFuture(refused))
                        : Future.failedFuture(error));
  }

  /** Complete once EC2 has been asked at all: device indices are known then. */
  Future<?> first() {
    return known.described() ? Future.succeededFuture() : describing.join(this::askForAll);
  }

  private Future<Ec2Reply> fromImds(Optional<Failed> insteadOf) {
    return imds.attached()
        .map(enis -> new Hinted(EniRules.withCards(enis, settings.multiNic()), insteadOf));
  }

  private Future<List<AttachedEni>> askForAll() {
    var fromEc2 = api.enis(Map.of("attachment.instance-id", node.instanceId()));
    var fromImds = hints();
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
              fromImds.result().stream()
                  .filter(hint -> known.of(hint.id()).isEmpty())
                  .forEach(_ -> listener.called(ApiCallMade.outOfSync(Ec2Errors.NO_SUCH_ENI)));
              slots.learn(fromEc2.result());
              all.forEach(slots::add);
              upkeep.repair();
              upkeep.start();
              return toAttached(all, fromImds.result());
            });
  }

  /** For the subnets' address blocks only, so it may fail. */
  private Future<List<AttachedEni>> hints() {
    return imds.attached()
        .recover(
            error ->
                error instanceof Ec2Refused
                    ? Future.succeededFuture(List.of())
                    : Future.failedFuture(error));
  }

  /** As the pool wants to see them. */
  List<AttachedEni> toAttached(List<EniView> enis, List<AttachedEni> hints) {
    return EniRules.attached(enis, node, settings, eni -> subnetOf(eni, hints));
  }

  private Optional<SubnetView> subnetOf(EniView eni, List<AttachedEni> hints) {
    return subnets
        .known(eni.subnet())
        .or(
            () ->
                hints.stream()
                    .filter(hint -> hint.subnet().equals(eni.subnet()))
                    .flatMap(hint -> hint.subnetCidr().stream())
                    .findFirst()
                    .map(cidr -> new SubnetView(eni.subnet(), List.of(cidr), 0, Map.of())));
  }
}
