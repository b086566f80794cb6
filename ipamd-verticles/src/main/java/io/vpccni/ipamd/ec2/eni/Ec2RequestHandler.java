package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.EniId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers what the pool asks of EC2, for one node whose facts are known. For one context only. */
public final class Ec2RequestHandler {
  private static final Duration ORPHAN_LOOK = Duration.ofMinutes(1);

  private final Ec2Context around;
  private final NodeEnis enis;
  private final Subnets subnets;
  private final EniDescriptions descriptions;
  private final EniAddresses addresses;
  private final EniCreationPlan plan;
  private final EniCreationRunner creation;
  private final EniRemoval removal;
  private final OrphanedEnis orphans;
  private final EniMaintenance maintenance;

  public Ec2RequestHandler(Ec2Context around) {
    this.around = around;
    this.enis = new NodeEnis(around.node().instance().id());
    this.subnets = new Subnets(around);
    this.removal = new EniRemoval(around, enis);
    this.orphans = new OrphanedEnis(around, enis, removal);
    this.maintenance = new EniMaintenance(around, enis, orphans);
    this.creation = new EniCreationRunner(around, enis, removal, subnets);
    this.descriptions = new EniDescriptions(around, enis, subnets, maintenance);
    this.addresses = new EniAddresses(around, enis, subnets);
    this.plan = new EniCreationPlan(around, enis, subnets);
  }

  /** Answers the request. The future fails only because of a bug. */
  public Future<Ec2Reply> handle(Ec2Request request) {
    Future<Ec2Reply> reply =
        switch (request) {
          case DescribeAttached _ -> descriptions.all();
          case AssignAddresses ask ->
              changing("AssignPrivateIpAddresses", () -> addresses.assign(ask));
          case UnassignAddresses ask ->
              changing("UnassignPrivateIpAddresses", () -> addresses.unassign(ask));
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
    if (around.settings().mayChange()) {
      return change.get();
    }
    return Future.succeededFuture(
        new Failed(
            action,
            around.settings().imdsOnly() ? "ImdsOnlyMode" : "ProvisioningDisabled",
            around.settings().imdsOnly()
                ? "ENABLE_IMDS_ONLY_MODE=true: EC2 is not called"
                : "DISABLE_NETWORK_RESOURCE_PROVISIONING=true: nothing is changed in EC2",
            FailureKind.PERMANENT,
            Optional.empty()));
  }

  private Future<Ec2Reply> create(CreateEni ask) {
    return descriptions
        .first()
        .compose(_ -> plan.plan(ask))
        .compose(step -> creation.run(step, ask.networkCard()))
        .map(
            end ->
                switch (end) {
                  case EniCreation.Ready(var eni) -> created(eni);
                  case EniCreation.Broken(var why, var left) -> notCreated(why, left);
                });
  }

  private Ec2Reply notCreated(Failed why, boolean left) {
    if (left) {
      orphans.lookForOwn(ORPHAN_LOOK);
    }
    if (why.kind() == FailureKind.SUBNET_EXHAUSTED) {
      subnets.doubt();
    }
    return why;
  }

  private Ec2Reply created(EniView eni) {
    if (eni.outlivesInstance()) {
      maintenance.repairSoon();
    }
    return new Ec2Reply.EniCreated(descriptions.toAttached(List.of(eni)).getFirst());
  }

  /**
   * EC2 is asked at this moment whose it is: what the pool believes may come from the checkpoint of
   * another instance, in an image or a snapshot, and an ENI may have moved since.
   */
  private Future<Ec2Reply> free(EniId id) {
    return around
        .api()
        .eni(id)
        .recover(this::notSeen)
        .map(
            seen ->
                seen.filter(eni -> eni.attachment().isPresent())
                    .or(() -> enis.of(id))
                    .or(() -> seen))
        .compose(
            eni ->
                switch (Ownership.of(eni, around.node())) {
                  case OURS -> removal.free(eni.orElseThrow()).map(left -> freed(id, left));
                  case ELSEWHERE -> Future.succeededFuture(new Ec2Reply.EniFreed(id));
                  case NOT_OURS -> Future.failedFuture(notOurs(id));
                });
  }

  private static Ec2Refused notOurs(EniId id) {
    return Ec2Refused.of(
        "DetachNetworkInterface",
        "NotOurs",
        id
            + " is attached to this node, but is its primary, a trunk or an EFA ENI, or lacks the tag "
            + EniTags.INSTANCE
            + " of this instance: it is never freed",
        FailureKind.PERMANENT);
  }

  private Ec2Reply freed(EniId id, EniRemoval.Left left) {
    switch (left) {
      case NOTHING -> {}
      case UNATTACHED -> orphans.lookForOwn(ORPHAN_LOOK);
    }
    return new Ec2Reply.EniFreed(id);
  }

  private <T> Future<T> notSeen(Throwable error) {
    if (!(error instanceof Ec2Refused why)) {
      return Future.failedFuture(error);
    }
    around.stepFailed(EniStepFailed.LOOK, why);
    return Future.failedFuture(why.ofRead());
  }
}
