package io.vpccni.ipamd.ec2.eni;

import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.EniView.Attachment;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.eni.DeviceSlots.Slot;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * This is how a new ENI comes to the node, as phases that each want one thing done. It is pure.
 * What a crash leaves behind shows in EC2 by its tags: an ENI that is not attached is deleted at
 * the next start, one that is attached is a good one. That it is deleted with its instance is seen
 * to by {@link EniMaintenance}, for which no pod waits.
 */
final class EniCreation {
  /** This is how many device indices are tried; if all are refused, the cause is something else. */
  private static final int ATTACH_TRIES = 4;

  private static final int LOOKS = 5;
  private static final Duration BETWEEN_ATTACHES = Duration.ofSeconds(15);

  private EniCreation() {}

  /** This is where a creation stands. */
  sealed interface Phase {}

  /** Something is to be done now. */
  sealed interface Step extends Phase {}

  /** Nothing more is to be done. */
  sealed interface End extends Phase {}

  /**
   * @param others where to try if this subnet cannot
   */
  record Creating(NewEni wanted, List<NewEni> others) implements Step {
    Creating {
      others = List.copyOf(others);
    }
  }

  /**
   * A slot is to be reserved and the ENI attached.
   *
   * @param pause before it, since EC2 does not take the call at the moment: creating and deleting
   *     an ENI for each attempt would only be more calls
   */
  record Attaching(EniView eni, int number, Duration pause) implements Step {
    static Attaching first(EniView eni) {
      return new Attaching(eni, 1, Duration.ZERO);
    }

    Attaching atOnce() {
      return new Attaching(eni, number + 1, Duration.ZERO);
    }

    static Attaching afterPause(EniView eni, int failures) {
      return new Attaching(eni, failures + 1, BETWEEN_ATTACHES.multipliedBy(failures));
    }
  }

  /** EC2 is to be asked what came of the attach call, whose outcome is unknown. */
  record Looking(EniView eni, int number, int look, Failed why) implements Step {}

  /** A prefix is to be assigned: on an IPv6 node, a new ENI has an address only. */
  record Prefixing(EniView eni) implements Step {}

  /** The instance is to be waited for until it shows the ENI. */
  record Appearing(EniView eni) implements Step {}

  /** EC2 is to be asked, whose word counts, since the instance does not show the ENI. */
  record Confirming(EniView eni) implements Step {}

  /** The ENI that was created is to be deleted, since it came to nothing. */
  record Deleting(EniView eni, Failed why) implements Step {}

  record Ready(EniView eni) implements End {}

  /**
   * @param left an ENI that may exist still
   */
  record Broken(Failed why, boolean left) implements End {}

  /** This is what came of {@link Creating}. */
  sealed interface CreateOutcome {}

  /** This is what came of {@link Attaching}. */
  sealed interface AttachOutcome {}

  /** This is what came of {@link Looking} and of {@link Confirming}. */
  sealed interface LookOutcome {}

  /** This is what came of {@link Prefixing}. */
  sealed interface PrefixOutcome {}

  /** This is what came of {@link Appearing}. */
  sealed interface AppearOutcome {}

  /** This is what came of {@link Deleting}. */
  sealed interface DeleteOutcome {}

  record Created(EniView eni) implements CreateOutcome {}

  record Attached(String attachment, Slot slot) implements AttachOutcome {}

  record NoSlot() implements AttachOutcome {}

  record Seen(Optional<EniView> eni) implements LookOutcome {}

  record Assigned(List<Cidr> prefixes) implements PrefixOutcome {}

  record Visible() implements AppearOutcome {}

  record NotVisible() implements AppearOutcome {}

  record Deleted() implements DeleteOutcome {}

  /** EC2 refused the call of the phase. */
  record Refused(Failed why)
      implements CreateOutcome, AttachOutcome, LookOutcome, PrefixOutcome, DeleteOutcome {}

  static Phase next(Creating creating, CreateOutcome outcome) {
    return switch (outcome) {
      case Created(var eni) -> Attaching.first(eni);
      case Refused(var why) -> elsewhere(creating, why);
    };
  }

  static Phase next(Attaching attaching, AttachOutcome outcome, String instance, boolean ipv6) {
    return switch (outcome) {
      case Attached(var id, var slot) ->
          attached(attaching.eni().attached(attachment(id, instance, slot)), ipv6);
      case NoSlot _ -> new Deleting(attaching.eni(), noSlot());
      case Refused(var why) -> notAttached(attaching, why);
    };
  }

  static Phase next(Looking looking, LookOutcome outcome, String instance, boolean ipv6) {
    return switch (outcome) {
      case Seen(var seen) -> looked(looking, seen, instance, ipv6);
      case Refused(var why) ->
          looking.look() < LOOKS
              ? new Looking(looking.eni(), looking.number(), looking.look() + 1, why)
              : new Broken(looking.why(), true);
    };
  }

  private static Step attached(EniView eni, boolean ipv6) {
    return ipv6 ? new Prefixing(eni) : new Appearing(eni);
  }

  static Phase next(Prefixing prefixing, PrefixOutcome outcome) {
    return switch (outcome) {
      case Assigned(var prefixes) -> new Appearing(prefixing.eni().withPrefixes(prefixes));
      // The pool asks for a prefix wherever one is missing.
      case Refused _ -> new Appearing(prefixing.eni());
    };
  }

  static Phase next(Appearing appearing, AppearOutcome outcome) {
    return switch (outcome) {
      case Visible _ -> new Ready(appearing.eni());
      case NotVisible _ -> new Confirming(appearing.eni());
    };
  }

  static Phase next(Confirming confirming, LookOutcome outcome, String instance) {
    var eni = confirming.eni();
    return switch (outcome) {
      case Seen(var seen) when seen.filter(e -> e.attachedTo(instance)).isEmpty() ->
          new Broken(
              new Failed(
                  "AttachNetworkInterface",
                  "Detached",
                  eni.id() + " was detached or deleted while it was being set up",
                  FailureKind.UNAVAILABLE,
                  Optional.empty()),
              seen.isPresent());
      // EC2 says attached, or says nothing: its answer to the attach call stands.
      case Seen _, Refused _ -> new Ready(eni);
    };
  }

  static Phase next(Deleting deleting, DeleteOutcome outcome) {
    return switch (outcome) {
      case Deleted _ -> new Broken(deleting.why(), false);
      case Refused _ -> new Broken(deleting.why(), true);
    };
  }

  private static Attachment attachment(String id, String instance, Slot slot) {
    return new Attachment(id, instance, slot.networkCard(), slot.deviceIndex(), "attached", false);
  }

  private static Phase elsewhere(Creating creating, Failed why) {
    if (mayBeForTags(why) && creating.wanted().additional().mayBeLeftOut()) {
      return new Creating(creating.wanted().withoutAdditionalTags(why), creating.others());
    }
    boolean ofTheSubnet =
        switch (why.kind()) {
          case SUBNET_EXHAUSTED, PERMANENT -> true;
          // Another subnet has the same limits, role and API.
          case THROTTLED, UNAVAILABLE, NOT_ASKED, OUTCOME_UNKNOWN, LIMIT_EXCEEDED, UNAUTHORIZED ->
              false;
        };
    if (ofTheSubnet && !creating.others().isEmpty()) {
      return new Creating(
          creating.others().getFirst(), creating.others().subList(1, creating.others().size()));
    }
    return new Broken(
        new Failed(
            why.action(),
            why.code(),
            why.message(),
            why.kind(),
            Optional.of(creating.wanted().subnet().value())),
        why.kind() == FailureKind.OUTCOME_UNKNOWN);
  }

  /** EC2 has many codes for tags that it does not take: if it works without, they were to blame. */
  static boolean mayBeForTags(Failed why) {
    return switch (why.kind()) {
      case PERMANENT, UNAUTHORIZED -> true;
      case THROTTLED, UNAVAILABLE, NOT_ASKED, OUTCOME_UNKNOWN, SUBNET_EXHAUSTED, LIMIT_EXCEEDED ->
          false;
    };
  }

  private static Phase notAttached(Attaching attaching, Failed why) {
    var eni = attaching.eni();
    boolean again = attaching.number() < ATTACH_TRIES;
    return switch (why.kind()) {
      case OUTCOME_UNKNOWN -> new Looking(eni, attaching.number(), 1, why);
      case THROTTLED, UNAVAILABLE ->
          again ? Attaching.afterPause(eni, attaching.number()) : new Deleting(eni, why);
      // Most likely the index: somebody else attached something there.
      case PERMANENT ->
          why.code().equals("InvalidParameterValue") && again
              ? attaching.atOnce()
              : new Deleting(eni, why);
      case NOT_ASKED, SUBNET_EXHAUSTED, LIMIT_EXCEEDED, UNAUTHORIZED -> new Deleting(eni, why);
    };
  }

  private static Phase looked(
      Looking looking, Optional<EniView> seen, String instance, boolean ipv6) {
    if (seen.isEmpty()) {
      return new Broken(looking.why(), false);
    }
    var eni = seen.get();
    if (eni.attachedTo(instance)) {
      return attached(eni, ipv6);
    }
    return looking.number() < ATTACH_TRIES
        ? Attaching.afterPause(eni, looking.number())
        : new Deleting(eni, looking.why());
  }

  private static Failed noSlot() {
    return new Failed(
        "AttachNetworkInterface",
        "NoDeviceIndex",
        "all device indices of the network card are taken",
        FailureKind.LIMIT_EXCEEDED,
        Optional.empty());
  }
}
