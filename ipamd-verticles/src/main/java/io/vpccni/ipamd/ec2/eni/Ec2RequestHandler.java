package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.AssignAddressesReply;
import io.vpccni.ipamd.ec2.Ec2Reply.CreateEniReply;
import io.vpccni.ipamd.ec2.Ec2Reply.DescribeAttachedReply;
import io.vpccni.ipamd.ec2.Ec2Reply.EniCreated;
import io.vpccni.ipamd.ec2.Ec2Reply.EniFreed;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Reply.FreeEniReply;
import io.vpccni.ipamd.ec2.Ec2Reply.UnassignAddressesReply;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.eni.EniId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers what the pool asks of EC2, for one node whose facts are known. A future fails only
 * because of a bug. It is for one context only.
 */
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
    this.removal = new EniRemoval(around, enis, subnets);
    this.orphans = new OrphanedEnis(around, enis, removal);
    this.maintenance = new EniMaintenance(around, enis, orphans);
    this.creation = new EniCreationRunner(around, enis, removal, subnets, maintenance);
    this.descriptions = new EniDescriptions(around, enis, subnets, maintenance);
    this.addresses = new EniAddresses(around, enis, subnets);
    this.plan = new EniCreationPlan(around, enis, subnets);
  }

  public Future<DescribeAttachedReply> describe() {
    return descriptions.all().recover(error -> refused(error, no -> no));
  }

  public Future<AssignAddressesReply> assign(AssignAddresses asked) {
    return changing("AssignPrivateIpAddresses", () -> addresses.assign(asked), no -> no);
  }

  public Future<UnassignAddressesReply> unassign(UnassignAddresses asked) {
    return changing("UnassignPrivateIpAddresses", () -> addresses.unassign(asked), no -> no);
  }

  public Future<CreateEniReply> create(CreateEni asked) {
    return changing("CreateNetworkInterface", () -> createEni(asked), no -> no);
  }

  public Future<FreeEniReply> free(FreeEni asked) {
    return changing("DeleteNetworkInterface", () -> freeEni(asked.eni()), no -> no);
  }

  /**
   * Makes the change, if changes are allowed at all.
   *
   * @param failed a {@link Failed} as a reply to this question, which each reply type permits but
   *     no type bound can say
   */
  private <R extends Ec2Reply> Future<R> changing(
      String action, Supplier<Future<R>> change, Function<Failed, R> failed) {
    return around.settings().mayChange()
        ? change.get().recover(error -> refused(error, failed))
        : Future.succeededFuture(failed.apply(forbidden(action)));
  }

  private static <R extends Ec2Reply> Future<R> refused(
      Throwable error, Function<Failed, R> failed) {
    return error instanceof Ec2Refused refused
        ? Future.succeededFuture(failed.apply(refused.failed()))
        : Future.failedFuture(error);
  }

  private Failed forbidden(String action) {
    boolean imdsOnly = around.settings().access().imdsOnly();
    return new Failed(
        action,
        imdsOnly ? "ImdsOnlyMode" : "ProvisioningDisabled",
        imdsOnly
            ? "ENABLE_IMDS_ONLY_MODE=true: EC2 is not called"
            : "DISABLE_NETWORK_RESOURCE_PROVISIONING=true: nothing is changed in EC2",
        FailureKind.PERMANENT,
        Optional.empty());
  }

  private Future<CreateEniReply> createEni(CreateEni ask) {
    return descriptions
        .first()
        .compose(_ -> plan.plan(ask))
        .compose(step -> creation.run(step, ask.networkCard()))
        .map(
            end ->
                switch (end) {
                  case EniCreation.Ready(var eni) -> new EniCreated(descriptions.created(eni));
                  case EniCreation.Broken(var why, var left) -> notCreated(why, left);
                });
  }

  private Failed notCreated(Failed why, boolean left) {
    if (left) {
      orphans.lookForOwn(ORPHAN_LOOK);
    }
    if (why.kind() == FailureKind.SUBNET_EXHAUSTED) {
      subnets.doubt();
    }
    return why;
  }

  /**
   * EC2 is asked at this moment whose it is: what the pool believes may come from the checkpoint of
   * another instance, in an image or a snapshot, and an ENI may have moved since.
   */
  private Future<FreeEniReply> freeEni(EniId id) {
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
                  case ELSEWHERE -> Future.succeededFuture(new EniFreed(id));
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

  private EniFreed freed(EniId id, EniRemoval.Left left) {
    switch (left) {
      case NOTHING -> {}
      case UNATTACHED -> orphans.lookForOwn(ORPHAN_LOOK);
    }
    return new EniFreed(id);
  }

  private <T> Future<T> notSeen(Throwable error) {
    if (!(error instanceof Ec2Refused why)) {
      return Future.failedFuture(error);
    }
    around.stepFailed(EniStepFailed.LOOK, why);
    return Future.failedFuture(why.ofRead());
  }
}
