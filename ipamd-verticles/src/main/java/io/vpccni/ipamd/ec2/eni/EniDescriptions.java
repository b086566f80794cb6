package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.bus.Shared;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.ec2.Ec2Reply.DescribeAttachedReply;
import io.vpccni.ipamd.ec2.Ec2Reply.Described;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.Hinted;
import io.vpccni.ipamd.ec2.api.Ec2Errors;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.AttachedEni;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * This is what is attached to the node: as EC2 says, or as IMDS hints where EC2 cannot or may not
 * be asked. Who asks while a call is under way gets its answer. It is for one context only.
 */
final class EniDescriptions {
  /** A secondary ENI cannot be set up without its subnet's address block. */
  private static final String BLOCK_UNKNOWN = "SubnetBlockUnknown";

  private static final String NOT_SHOWN = "NotShown";

  private final Ec2Context around;
  private final NodeEnis enis;
  private final Subnets subnets;
  private final EniMaintenance maintenance;
  private final RaisedConditions conditions;
  private final Shared<List<AttachedEni>> describing = new Shared<>();

  EniDescriptions(Ec2Context around, NodeEnis enis, Subnets subnets, EniMaintenance maintenance) {
    this.around = around;
    this.enis = enis;
    this.subnets = subnets;
    this.maintenance = maintenance;
    this.conditions = new RaisedConditions(around.listener()::condition);
  }

  Future<DescribeAttachedReply> all() {
    return around.settings().access().imdsOnly()
        ? fromImds(Optional.empty())
        : describing
            .join(this::askForAll)
            .<DescribeAttachedReply>map(Described::new)
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
    return enis.isDescribed() ? Future.succeededFuture() : describing.join(this::askForAll);
  }

  private Future<DescribeAttachedReply> fromImds(Optional<Failed> insteadOf) {
    return around
        .imds()
        .attached()
        .map(
            seen ->
                new Hinted(
                    EniRules.withCards(seen, around.settings().networking().multiNic()),
                    insteadOf));
  }

  private Future<List<AttachedEni>> askForAll() {
    var fromEc2 =
        around.api().enis(Map.of("attachment.instance-id", around.node().instance().id()));
    var fromImds = hints();
    Future<Optional<List<SubnetView>>> zone =
        around.settings().networking().subnetDiscovery()
            ? subnets.list()
            : Future.succeededFuture(Optional.<List<SubnetView>>empty());
    return Future.all(fromEc2, fromImds, zone)
        .map(
            _ -> {
              var attached = enis.described(fromEc2.result(), around.later().now());
              fromImds.result().stream()
                  .filter(hint -> enis.of(hint.id()).isEmpty())
                  .forEach(
                      _ -> around.listener().called(ApiCallMade.outOfSync(Ec2Errors.NO_SUCH_ENI)));
              maintenance.repair();
              maintenance.start();
              var all = toAttached(attached);
              tellOfBlocks(all);
              return all;
            });
  }

  /** Asks IMDS for the subnets' address blocks only, so a failure is an empty list. */
  private Future<List<AttachedEni>> hints() {
    return around
        .imds()
        .attached()
        .onSuccess(subnets::shown)
        .recover(
            error ->
                error instanceof Ec2Refused
                    ? Future.succeededFuture(List.of())
                    : Future.failedFuture(error));
  }

  /** Converts an ENI that has just been created to what the pool knows of an ENI. */
  AttachedEni created(EniView created) {
    var eni = toAttached(List.of(created)).getFirst();
    if (lacksBlock(eni)) {
      conditions.raise(BLOCK_UNKNOWN, eni.subnet().value(), NOT_SHOWN, blockMissing(eni));
    }
    return eni;
  }

  private List<AttachedEni> toAttached(List<EniView> views) {
    return EniRules.attached(
        views, around.node(), around.settings(), eni -> subnets.view(eni.subnet()));
  }

  /** A subnet in which no ENI is left needs no block, so its condition ends as well. */
  private void tellOfBlocks(List<AttachedEni> all) {
    var missing = new HashMap<String, String>();
    all.stream()
        .filter(EniDescriptions::lacksBlock)
        .forEach(eni -> missing.put(eni.subnet().value(), blockMissing(eni)));
    conditions.raiseOnly(BLOCK_UNKNOWN, NOT_SHOWN, missing);
  }

  private static boolean lacksBlock(AttachedEni eni) {
    return eni.managed()
        && !eni.primary()
        && eni.primaryIp().isPresent()
        && eni.subnetCidr().isEmpty();
  }

  private static String blockMissing(AttachedEni eni) {
    return "EC2 does not describe the subnet of "
        + eni.id()
        + " and IMDS does not show its address block: the ENI cannot be set up on this node until"
        + " either does; may the role call ec2:DescribeSubnets?";
  }
}
