package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Listener;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.eni.DeviceSlots.Slot;
import io.vpccni.ipamd.ec2.eni.EniCreation.Appearing;
import io.vpccni.ipamd.ec2.eni.EniCreation.Attaching;
import io.vpccni.ipamd.ec2.eni.EniCreation.Broken;
import io.vpccni.ipamd.ec2.eni.EniCreation.Confirming;
import io.vpccni.ipamd.ec2.eni.EniCreation.Creating;
import io.vpccni.ipamd.ec2.eni.EniCreation.Deleting;
import io.vpccni.ipamd.ec2.eni.EniCreation.Looking;
import io.vpccni.ipamd.ec2.eni.EniCreation.Marking;
import io.vpccni.ipamd.ec2.eni.EniCreation.Outcome;
import io.vpccni.ipamd.ec2.eni.EniCreation.Phase;
import io.vpccni.ipamd.ec2.eni.EniCreation.Prefixing;
import io.vpccni.ipamd.ec2.eni.EniCreation.Ready;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.retry.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs the phases in which a new ENI comes to the node. For one context only. */
final class EniCreationRunner {
  private static final Logger log = LoggerFactory.getLogger(EniCreationRunner.class);
  private static final Duration FIRST_LOOK = Duration.ofMillis(100);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(3);

  /** IMDS usually follows within seconds; then EC2's word is taken instead. */
  private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(90);

  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(2);

  private final Ec2Api api;
  private final Imds imds;
  private final NodeFacts node;
  private final boolean ipv6;
  private final KnownEnis known;
  private final DeviceSlots slots;
  private final EniRemoval removal;
  private final Scheduler later;
  private final InstantSource clock;
  private final Ec2Listener listener;

  /** Told of what may still exist though nobody wants it. */
  private final Runnable leftover;

  /** Told of an ENI that would outlive the instance. */
  private final Runnable unmarked;

  EniCreationRunner(
      Ec2Api api,
      Imds imds,
      NodeFacts node,
      boolean ipv6,
      KnownEnis known,
      DeviceSlots slots,
      EniRemoval removal,
      Scheduler later,
      InstantSource clock,
      Ec2Listener listener,
      Runnable leftover,
      Runnable unmarked) {
    this.api = api;
    this.imds = imds;
    this.node = node;
    this.ipv6 = ipv6;
    this.known = known;
    this.slots = slots;
    this.removal = removal;
    this.later = later;
    this.clock = clock;
    this.listener = listener;
    this.leftover = leftover;
    this.unmarked = unmarked;
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
      case Attaching(var eni, _, _) -> known.working(eni.id());
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
          case Attaching(var it, _, _) -> Optional.of(it);
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
      case Creating(var wanted, _) -> create(wanted);
      case Attaching(var eni, _, var pause) ->
          later.pause(pause).compose(_ -> attach(eni, networkCard));
      case Looking(var eni, _, var look, _) ->
          later
              .pause(BETWEEN_QUESTIONS.multipliedBy(look))
              .compose(_ -> api.eni(eni.id()))
              .map(EniCreation.Seen::new);
      case Marking(var eni) -> mark(eni);
      case Prefixing(var eni) ->
          api.assign(eni.id(), AddressKind.IPV6_PREFIX, 1).map(EniCreation.Assigned::new);
      case Appearing(var eni) -> appear(eni.id(), clock.instant());
      case Confirming(var eni) -> api.eni(eni.id()).map(EniCreation.Seen::new);
      case Deleting(var eni, var why) ->
          removal
              .deletePatiently(eni.id(), Duration.ZERO)
              .onFailure(error -> notUndone(error, why))
              .map(_ -> new EniCreation.Done());
      case Ready _, Broken _ -> throw new IllegalStateException("at its end: " + phase);
    };
  }

  /** What is told is why it was to be undone. */
  private void notUndone(Throwable error, Failed why) {
    if (error instanceof Ec2Refused) {
      removal.tell(EniStepFailed.UNDO, new Ec2Refused(why, null));
    }
  }

  private Future<Outcome> create(NewEni wanted) {
    known.creating();
    return api.create(wanted).onComplete(_ -> known.created()).map(EniCreation.Created::new);
  }

  private Future<Outcome> mark(EniView eni) {
    var at = eni.attachment().orElseThrow();
    return api.deleteOnTermination(eni.id(), at.id())
        .onFailure(_ -> unmarked.run())
        .map(
            _ -> {
              known.attached(eni.attached(at.deletedOnTermination()), clock.instant());
              return new EniCreation.Done();
            });
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

  private Future<Outcome> appear(EniId eni, Instant start) {
    return visible(eni, FIRST_LOOK, start.plus(VISIBLE_WITHIN))
        .onSuccess(
            seen ->
                listener.called(ApiCallMade.waited(seen, Duration.between(start, clock.instant()))))
        .map(seen -> seen ? new EniCreation.Done() : new EniCreation.NotVisible());
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
}
