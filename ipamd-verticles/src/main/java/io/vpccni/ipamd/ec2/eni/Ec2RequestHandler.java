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
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Errors;
import io.vpccni.ipamd.ec2.api.Ec2Listener;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.retry.Scheduler;
import io.vpccni.rpc.limits.InstanceLimits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Answers what the pool asks of EC2, for one node whose facts are known. For one context only. */
public final class Ec2RequestHandler {
  private static final Duration LEFTOVER_LOOK = Duration.ofMinutes(1);

  private final Ec2Api api;
  private final Ec2Settings settings;
  private final NodeFacts node;
  private final KnownEnis known = new KnownEnis();
  private final Subnets subnets;
  private final EniDescriptions descriptions;
  private final EniAddresses addresses;
  private final EniCreationPlan plan;
  private final EniCreationRunner work;
  private final EniRemoval removal;
  private final OrphanedEnis leftovers;
  private final EniMaintenance upkeep;
  private final Ec2Listener listener;

  /**
   * @param limits empty while the instance type is unknown: then EC2 refuses what is too much
   */
  public Ec2RequestHandler(
      Ec2Api api,
      Imds imds,
      Ec2Settings settings,
      NodeFacts node,
      Optional<InstanceLimits> limits,
      Scheduler later,
      InstantSource clock,
      RandomGenerator random,
      Ec2Listener listener) {
    this.api = api;
    this.settings = settings;
    this.node = node;
    var perEni = limits.stream().mapToInt(l -> l.ipv4Limit() - 1).findFirst();
    var slots = new DeviceSlots();
    this.subnets = new Subnets(api, node, later, clock);
    this.listener = listener;
    this.removal = new EniRemoval(api, known, later, clock, listener, this::somethingMayBeLeft);
    this.leftovers =
        new OrphanedEnis(api, removal, settings, node, known, later, clock, random, listener);
    this.upkeep =
        new EniMaintenance(api, imds, leftovers, settings, node, known, later, clock, listener);
    this.work =
        new EniCreationRunner(
            api,
            imds,
            node,
            settings.ipv6(),
            known,
            slots,
            removal,
            later,
            clock,
            listener,
            this::somethingMayBeLeft,
            upkeep::repairSoon);
    this.descriptions =
        new EniDescriptions(
            api, imds, settings, node, known, slots, subnets, upkeep, clock, listener);
    this.addresses = new EniAddresses(api, known, subnets, perEni);
    this.plan = new EniCreationPlan(imds, settings, node, known, subnets, perEni, clock, random);
  }

  private void somethingMayBeLeft() {
    leftovers.lookForOwn(LEFTOVER_LOOK);
  }

  /** Fails only because of a bug. */
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

  private Future<Ec2Reply> create(CreateEni ask) {
    return descriptions
        .first()
        .compose(_ -> plan.plan(ask))
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
    return new Ec2Reply.EniCreated(descriptions.toAttached(List.of(eni), List.of()).getFirst());
  }

  private Future<Ec2Reply> free(EniId id) {
    return look(id)
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
              return removal.free(eni).map(_ -> new Ec2Reply.EniFreed(id));
            });
  }

  private boolean mustStay(EniView eni) {
    return eni.id().equals(node.primaryEni())
        || eni.type().equals("trunk")
        || eni.type().startsWith("efa");
  }

  /** What EC2 knows where we do not. */
  private Future<Optional<EniView>> look(EniId eni) {
    return known
        .of(eni)
        .map(view -> Future.succeededFuture(Optional.of(view)))
        .orElseGet(() -> api.eni(eni).onFailure(this::notSeen));
  }

  private void notSeen(Throwable error) {
    if (error instanceof Ec2Refused why && Ec2Errors.answered(why.failed().code())) {
      listener.failed(new EniStepFailed(EniStepFailed.LOOK, String.valueOf(why.getMessage())));
    }
  }
}
