package io.vpccni.ipamd.cni;

import io.vpccni.ipamd.config.ProcessConfig.StatusMode;
import java.time.Duration;
import java.util.Optional;

/** This is what STATUS is answered with. */
sealed interface StatusVerdict {
  /** A node that could serve since its boot has this long to mend a fault of its own. */
  Duration GRACE = Duration.ofMinutes(10);

  /** STATUS succeeds. */
  record Success() implements StatusVerdict {}

  /** STATUS fails with code 50. */
  record NotAvailable(String why) implements StatusVerdict {}

  /** STATUS fails with code 51, because running pods may be cut off as well. */
  record LimitedConnectivity(String why) implements StatusVerdict {}

  /**
   * Decides what STATUS is answered with.
   *
   * @param sinceAble how long ago the node could last add pods, as {@link Ability#able} counts;
   *     empty if that was not since its boot
   */
  static StatusVerdict of(StatusMode mode, Ability ability, Optional<Duration> sinceAble) {
    if (ability.obstacle().isEmpty()) return new Success();
    var why = ability.obstacle().get();
    return switch (mode) {
      case STRICT ->
          ability
              .limited()
              .<StatusVerdict>map(also -> new LimitedConnectivity(why + "; and " + also))
              .orElseGet(() -> new NotAvailable(why));
      case SAFE ->
          sinceAble.filter(age -> age.compareTo(GRACE) <= 0).isPresent()
              ? new Success()
              : new NotAvailable(why);
    };
  }

  /**
   * This is whether pods can be added now.
   *
   * @param obstacle why no pod can be added, if so
   * @param fault why no pod can be added, if the cause is on this node
   * @param limited why running pods may be cut off, if so
   */
  record Ability(Optional<String> obstacle, Optional<String> fault, Optional<String> limited) {
    /** Makes the ability of an agent that cannot say more than that it is not ready itself. */
    static Ability none(String why) {
      return new Ability(Optional.of(why), Optional.of(why), Optional.empty());
    }

    /**
     * Says whether the node counts as one that can add pods. Once it could, only a fault of its own
     * changes that: a full subnet or an EC2 that is away is no reason to give up a node.
     */
    boolean able(boolean before) {
      return obstacle.isEmpty() || (before && fault.isEmpty());
    }
  }
}
