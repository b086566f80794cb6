package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.eni.DeviceSlots.Slot;
import io.vpccni.ipamd.ec2.eni.EniCreation.Appearing;
import io.vpccni.ipamd.ec2.eni.EniCreation.AttachOutcome;
import io.vpccni.ipamd.ec2.eni.EniCreation.Attaching;
import io.vpccni.ipamd.ec2.eni.EniCreation.Broken;
import io.vpccni.ipamd.ec2.eni.EniCreation.Confirming;
import io.vpccni.ipamd.ec2.eni.EniCreation.CreateOutcome;
import io.vpccni.ipamd.ec2.eni.EniCreation.Creating;
import io.vpccni.ipamd.ec2.eni.EniCreation.DeleteOutcome;
import io.vpccni.ipamd.ec2.eni.EniCreation.Deleting;
import io.vpccni.ipamd.ec2.eni.EniCreation.LookOutcome;
import io.vpccni.ipamd.ec2.eni.EniCreation.Looking;
import io.vpccni.ipamd.ec2.eni.EniCreation.Phase;
import io.vpccni.ipamd.ec2.eni.EniCreation.PrefixOutcome;
import io.vpccni.ipamd.ec2.eni.EniCreation.Prefixing;
import io.vpccni.ipamd.ec2.eni.EniCreation.Ready;
import io.vpccni.ipamd.ec2.eni.EniCreation.Refused;
import io.vpccni.ipamd.ec2.eni.EniCreation.Step;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.log.LogKeys;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs the phases in which a new ENI comes to the node. It is for one context only. */
final class EniCreationRunner {
  private static final Logger log = LoggerFactory.getLogger(EniCreationRunner.class);

  /** An ENI of ours lacks the operator's tags because EC2 does not take them. */
  private static final String TAGS_REFUSED = "AdditionalTagsRefused";

  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(2);

  private final Ec2Context around;
  private final NodeEnis enis;
  private final EniRemoval removal;
  private final Subnets subnets;
  private final EniMaintenance maintenance;
  private final RaisedConditions conditions;
  private final ImdsAppearance appearance;

  EniCreationRunner(
      Ec2Context around,
      NodeEnis enis,
      EniRemoval removal,
      Subnets subnets,
      EniMaintenance maintenance) {
    this.around = around;
    this.enis = enis;
    this.removal = removal;
    this.subnets = subnets;
    this.maintenance = maintenance;
    this.conditions = new RaisedConditions(around.listener()::condition);
    this.appearance = new ImdsAppearance(around, subnets);
  }

  /** Performs this step and those that follow from it. */
  Future<EniCreation.End> run(Step step, int networkCard) {
    return perform(step, networkCard)
        .compose(
            next -> {
              note(step, next);
              return switch (next) {
                case Step further -> run(further, networkCard);
                case EniCreation.End end -> Future.succeededFuture(end);
              };
            });
  }

  private void note(Step done, Phase next) {
    switch (next) {
      case Attaching(var eni, _, _) -> {
        enis.startWork(eni.id());
        if (done instanceof Creating(var wanted, _)) {
          tellOfTags(wanted);
        }
      }
      case Prefixing(var eni) -> attached(eni);
      case Appearing(var eni) -> attached(eni);
      case Ready(var eni) -> {
        enis.attached(eni, around.later().now());
        enis.endWork(eni.id());
        log.atInfo().addKeyValue(LogKeys.ENI, eni.id()).log("ENI attached");
      }
      case Deleting(var eni, var why) ->
          log.atWarn()
              .addKeyValue(LogKeys.ENI, eni.id())
              .addKeyValue(LogKeys.WHY, why)
              .log("New ENI could not be attached and is deleted");
      case Broken _ -> givenUp(done);
      case Creating _, Looking _, Confirming _ -> {}
    }
  }

  private void attached(EniView eni) {
    enis.attached(eni, around.later().now());
    maintenance.keepFromOutliving(eni.id());
  }

  private void tellOfTags(NewEni created) {
    created
        .additional()
        .refused()
        .ifPresentOrElse(
            why ->
                conditions.raise(
                    TAGS_REFUSED,
                    "",
                    why.code(),
                    "EC2 refuses ENIs with the tags of ADDITIONAL_ENI_TAGS ("
                        + why.message()
                        + "), so they are created without them"),
            () -> conditions.lower(TAGS_REFUSED, ""));
  }

  /** Gives up an ENI that is not attached: from here on the sweep for orphans may delete it. */
  private void givenUp(Step last) {
    var eni =
        switch (last) {
          case Attaching(var it, _, _) -> Optional.of(it);
          case Looking(var it, _, _, _) -> Optional.of(it);
          case Confirming(var it) -> Optional.of(it);
          case Deleting(var it, _) -> Optional.of(it);
          case Creating _, Prefixing _, Appearing _ -> Optional.<EniView>empty();
        };
    eni.ifPresent(
        it -> {
          enis.endWork(it.id());
          if (last instanceof Confirming) {
            enis.detached(it.id(), around.later().now());
          }
        });
  }

  /** Performs the step; completes with the phase that follows from what came of it. */
  private Future<Phase> perform(Step step, int networkCard) {
    var instance = around.node().instance().id();
    boolean ipv6 = around.settings().networking().ipv6();
    return switch (step) {
      case Creating creating ->
          create(creating.wanted()).map(outcome -> EniCreation.next(creating, outcome));
      case Attaching attaching ->
          around
              .later()
              .pause(attaching.pause())
              .compose(_ -> attach(attaching.eni(), networkCard))
              .map(outcome -> EniCreation.next(attaching, outcome, instance, ipv6));
      case Looking looking ->
          around
              .later()
              .pause(BETWEEN_QUESTIONS.multipliedBy(looking.look()))
              .compose(_ -> look(looking.eni()))
              .map(outcome -> EniCreation.next(looking, outcome, instance, ipv6));
      case Prefixing prefixing ->
          assignPrefix(prefixing.eni()).map(outcome -> EniCreation.next(prefixing, outcome));
      case Appearing appearing ->
          appearance.of(appearing.eni()).map(outcome -> EniCreation.next(appearing, outcome));
      case Confirming confirming ->
          look(confirming.eni()).map(outcome -> EniCreation.next(confirming, outcome, instance));
      case Deleting deleting ->
          delete(deleting).map(outcome -> EniCreation.next(deleting, outcome));
    };
  }

  /**
   * Makes a refusal of EC2 an outcome.
   *
   * @param refused a {@link Refused} as an outcome of this phase, which each outcome type permits
   *     but no type bound can say
   */
  private static <O> Future<O> orRefused(Future<O> outcome, Function<Refused, O> refused) {
    return outcome.recover(
        error ->
            error instanceof Ec2Refused no
                ? Future.succeededFuture(refused.apply(new Refused(no.failed())))
                : Future.failedFuture(error));
  }

  private Future<LookOutcome> look(EniView eni) {
    return orRefused(around.api().eni(eni.id()).map(EniCreation.Seen::new), no -> no);
  }

  private Future<PrefixOutcome> assignPrefix(EniView eni) {
    return orRefused(
        around.api().assign(eni.id(), AddressKind.IPV6_PREFIX, 1).map(EniCreation.Assigned::new),
        no -> no);
  }

  private Future<DeleteOutcome> delete(Deleting deleting) {
    return orRefused(
        removal
            .deletePatiently(deleting.eni(), Duration.ZERO)
            .onFailure(error -> notUndone(error, deleting.why()))
            .map(_ -> new EniCreation.Deleted()),
        no -> no);
  }

  /** Tells metrics why the creation was to be undone, which says more than why it was not. */
  private void notUndone(Throwable error, Failed why) {
    if (error instanceof Ec2Refused) {
      around.stepFailed(EniStepFailed.UNDO, new Ec2Refused(why, null));
    }
  }

  private Future<CreateOutcome> create(NewEni wanted) {
    enis.startCreating();
    var taken = subnets.take(wanted);
    return orRefused(
        around
            .api()
            .create(wanted)
            .onComplete(_ -> enis.endCreating())
            .onFailure(error -> notCreated(taken, error))
            .map(EniCreation.Created::new),
        no -> no);
  }

  /** An ENI of which nobody knows keeps its addresses until it is found as an orphan. */
  private void notCreated(Subnets.Taken taken, Throwable error) {
    boolean mayExist =
        error instanceof Ec2Refused refused
            && refused.failed().kind() == FailureKind.OUTCOME_UNKNOWN;
    if (!mayExist) subnets.giveBack(taken);
  }

  private Future<AttachOutcome> attach(EniView eni, int networkCard) {
    var reserved = enis.reserve(networkCard);
    if (reserved.isEmpty()) {
      return Future.succeededFuture(new EniCreation.NoSlot());
    }
    var slot = reserved.get();
    return orRefused(
        around
            .api()
            .attach(eni.id(), around.node().instance().id(), networkCard, slot.deviceIndex())
            .<AttachOutcome>map(id -> new EniCreation.Attached(id, slot))
            .onSuccess(_ -> enis.take(slot))
            .onFailure(error -> notAttached(slot, error)),
        no -> no);
  }

  /** The code is EC2's for an index that somebody else's ENI has. */
  private void notAttached(Slot slot, Throwable error) {
    if (error instanceof Ec2Refused refused
        && refused.failed().code().equals("InvalidParameterValue")) {
      enis.take(slot);
    } else {
      enis.giveBack(slot);
    }
  }
}
