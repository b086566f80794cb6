package io.vpccni.ipamd.ec2;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.DeviceSlots.Slot;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.EniCreation.Appearing;
import io.vpccni.ipamd.ec2.EniCreation.Attaching;
import io.vpccni.ipamd.ec2.EniCreation.Broken;
import io.vpccni.ipamd.ec2.EniCreation.Confirming;
import io.vpccni.ipamd.ec2.EniCreation.Creating;
import io.vpccni.ipamd.ec2.EniCreation.Deleting;
import io.vpccni.ipamd.ec2.EniCreation.Looking;
import io.vpccni.ipamd.ec2.EniCreation.Marking;
import io.vpccni.ipamd.ec2.EniCreation.Outcome;
import io.vpccni.ipamd.ec2.EniCreation.Phase;
import io.vpccni.ipamd.ec2.EniCreation.Prefixing;
import io.vpccni.ipamd.ec2.EniCreation.Ready;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs the phases of an ENI's life. For one context only. */
final class EniWork {
  private static final Logger log = LoggerFactory.getLogger(EniWork.class);
  private static final Duration FIRST_LOOK = Duration.ofMillis(100);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(3);

  /** IMDS usually follows within seconds; then EC2's word is taken instead. */
  private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(90);

  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(2);

  /** EC2 needs some seconds to detach: deleting sooner only costs a call. */
  private static final Duration DETACH_TIME = Duration.ofSeconds(2);

  private static final Duration LONGEST_DELETE_PAUSE = Duration.ofSeconds(32);
  private static final Duration DELETE_WITHIN = Duration.ofMinutes(2);

  private final Ec2Api api;
  private final Imds imds;
  private final NodeFacts node;
  private final boolean ipv6;
  private final KnownEnis known;
  private final DeviceSlots slots;
  private final Later later;
  private final InstantSource clock;

  /** Told of what may still exist though nobody wants it. */
  private final Runnable leftover;

  EniWork(
      Ec2Api api,
      Imds imds,
      NodeFacts node,
      boolean ipv6,
      KnownEnis known,
      DeviceSlots slots,
      Later later,
      InstantSource clock,
      Runnable leftover) {
    this.api = api;
    this.imds = imds;
    this.node = node;
    this.ipv6 = ipv6;
    this.known = known;
    this.slots = slots;
    this.later = later;
    this.clock = clock;
    this.leftover = leftover;
  }

  /** To the end: {@link Ready} or {@link Broken}. */
  Future<Phase> run(Phase phase, int networkCard) {
    if (phase instanceof Ready || phase instanceof Broken) {
      return Future.succeededFuture(phase);
    }
    return perform(phase, networkCard)
        .recover(
            error ->
                error instanceof Ec2Refused refused
                    ? Future.succeededFuture(new EniCreation.Refused(refused.failed()))
                    : Future.failedFuture(error))
        .compose(
            outcome -> {
              var next = EniCreation.next(phase, outcome, node.instanceId(), ipv6);
              note(next);
              if (next instanceof Broken) {
                givenUp(phase);
              }
              return run(next, networkCard);
            });
  }

  private void note(Phase phase) {
    switch (phase) {
      case Attaching(var eni, _) -> known.working(eni.id());
      case Marking(var eni) -> {
        slots.add(eni);
        known.attached(eni, clock.instant());
      }
      case Ready(var eni) -> {
        known.attached(eni, clock.instant());
        known.worked(eni.id());
        log.atInfo().addKeyValue("eni", eni.id()).log("ENI attached");
      }
      case Deleting(var eni, var why) -> {
        log.atWarn().addKeyValue("eni", eni.id()).addKeyValue("reason", why).log("ENI undone");
      }
      case Broken(_, var left) -> {
        if (left) {
          leftover.run();
        }
      }
      case Creating _, Looking _, Prefixing _, Appearing _, Confirming _ -> {}
    }
  }

  /** From here on it is anybody's to clean up. */
  private void givenUp(Phase last) {
    var eni =
        switch (last) {
          case Attaching(var it, _) -> Optional.of(it);
          case Looking(var it, _, _, _) -> Optional.of(it);
          case Confirming(var it) -> Optional.of(it);
          case Deleting(var it, _) -> Optional.of(it);
          case Creating _, Marking _, Prefixing _, Appearing _, Ready _, Broken _ ->
              Optional.<EniView>empty();
        };
    eni.ifPresent(
        it -> {
          known.worked(it.id());
          if (last instanceof Confirming) {
            known.detached(it.id(), clock.instant());
          }
        });
  }

  private Future<Outcome> perform(Phase phase, int networkCard) {
    return switch (phase) {
      case Creating(var wanted, _) -> api.create(wanted).map(EniCreation.Created::new);
      case Attaching(var eni, _) -> attach(eni, networkCard);
      case Looking(var eni, _, var look, _) ->
          later
              .pause(BETWEEN_QUESTIONS.multipliedBy(look))
              .compose(_ -> api.eni(eni.id()))
              .map(EniCreation.Seen::new);
      case Marking(var eni) ->
          api.deleteOnTermination(eni.id(), eni.attachment().orElseThrow().id())
              .map(
                  _ -> {
                    var at = eni.attachment().orElseThrow();
                    known.attached(
                        eni.attached(
                            new EniView.Attachment(
                                at.id(),
                                at.instance(),
                                at.networkCard(),
                                at.deviceIndex(),
                                at.status(),
                                true)),
                        clock.instant());
                    return new EniCreation.Done();
                  });
      case Prefixing(var eni) ->
          api.assign(eni.id(), AddressKind.IPV6_PREFIX, 1).map(EniCreation.Assigned::new);
      case Appearing(var eni) ->
          visible(eni.id(), FIRST_LOOK, clock.instant().plus(VISIBLE_WITHIN))
              .map(seen -> seen ? new EniCreation.Done() : new EniCreation.NotVisible());
      case Confirming(var eni) -> api.eni(eni.id()).map(EniCreation.Seen::new);
      case Deleting(var eni, _) ->
          deletePatiently(eni.id(), Duration.ZERO).map(_ -> new EniCreation.Done());
      case Ready _, Broken _ -> throw new IllegalStateException("at its end: " + phase);
    };
  }

  private Future<Outcome> attach(EniView eni, int networkCard) {
    var index = slots.reserve(networkCard);
    if (index.isEmpty()) {
      return Future.succeededFuture(new EniCreation.NoSlot());
    }
    var slot = new Slot(networkCard, index.getAsInt());
    return api.attach(eni.id(), node.instanceId(), networkCard, slot.deviceIndex())
        .<Outcome>map(id -> new EniCreation.Attached(id, slot))
        .onSuccess(_ -> slots.taken(slot))
        .onFailure(
            error -> {
              if (error instanceof Ec2Refused refused
                  && refused.failed().code().equals("InvalidParameterValue")) {
                slots.taken(slot);
              }
            })
        .onComplete(_ -> slots.free(slot));
  }

  private Future<Boolean> visible(EniId eni, Duration pause, Instant deadline) {
    return imds.attached()
        .map(enis -> enis.stream().anyMatch(seen -> seen.id().equals(eni)))
        .recover(
            error ->
                error instanceof Ec2Refused
                    ? Future.succeededFuture(false)
                    : Future.failedFuture(error))
        .compose(
            seen -> {
              if (seen || clock.instant().plus(pause).isAfter(deadline)) {
                return Future.succeededFuture(seen);
              }
              var next = pause.multipliedBy(2);
              return later
                  .pause(pause)
                  .compose(
                      _ ->
                          visible(
                              eni,
                              next.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : next,
                              deadline));
            });
  }

  /** Detaches and deletes; succeeds as soon as it is off the node, the rest is cleaned up later. */
  Future<Void> free(EniView eni) {
    known.working(eni.id());
    Future<Void> detached =
        eni.attachment()
            .map(at -> until(() -> api.detach(at.id()), Ec2Errors::alreadyGone))
            .orElseGet(Future::succeededFuture);
    return detached
        .onSuccess(
            _ -> {
              known.detached(eni.id(), clock.instant());
              log.atInfo().addKeyValue("eni", eni.id()).log("ENI detached");
            })
        .compose(
            _ ->
                deletePatiently(eni.id(), DETACH_TIME)
                    .recover(
                        error -> {
                          leftover.run();
                          return error instanceof Ec2Refused
                              ? Future.succeededFuture()
                              : Future.failedFuture(error);
                        }))
        .onComplete(_ -> known.worked(eni.id()));
  }

  /** Of something that is already gone: succeeds. */
  Future<Void> delete(EniId eni) {
    return until(() -> api.delete(eni), Ec2Errors::alreadyGone);
  }

  private Future<Void> deletePatiently(EniId eni, Duration first) {
    return later
        .pause(first)
        .compose(_ -> deletePatiently(eni, 1, clock.instant().plus(DELETE_WITHIN)));
  }

  private Future<Void> deletePatiently(EniId eni, int attempt, Instant deadline) {
    return delete(eni)
        .recover(
            error -> {
              var pause = Backoff.doubling(DETACH_TIME, LONGEST_DELETE_PAUSE, attempt);
              return error instanceof Ec2Refused refused
                      && mayPass(refused.failed())
                      && !clock.instant().plus(pause).isAfter(deadline)
                  ? later.pause(pause).compose(_ -> deletePatiently(eni, attempt + 1, deadline))
                  : Future.failedFuture(error);
            });
  }

  private static boolean mayPass(Failed why) {
    return why.kind() == FailureKind.RETRYABLE
        || why.kind() == FailureKind.OUTCOME_UNKNOWN
        || Ec2Errors.stillInUse(why.code());
  }

  private static Future<Void> until(
      Supplier<Future<Void>> call, Predicate<String> codeThatIsSuccess) {
    return call.get()
        .recover(
            error ->
                error instanceof Ec2Refused refused
                        && codeThatIsSuccess.test(refused.failed().code())
                    ? Future.succeededFuture()
                    : Future.failedFuture(error));
  }

  /** What EC2 knows where we do not. */
  Future<Optional<EniView>> look(EniId eni) {
    return known
        .of(eni)
        .map(view -> Future.succeededFuture(Optional.of(view)))
        .orElseGet(() -> api.eni(eni));
  }
}
