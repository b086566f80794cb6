package io.vpccni.ipamd.holding;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.dataplane.DataplaneReply.DetachReply;
import io.vpccni.ipamd.pod.Holding;
import java.time.Duration;
import java.util.Optional;

/**
 * Defines how pods that went without a DEL are ended. Whoever finds such a pod by its missing veth
 * does not end it at once: that takes its turn among the calls of the attachment, since the runtime
 * may be adding or deleting the same one. A pod that a call has dealt with before the turn comes is
 * left alone.
 */
public final class StalePods {
  /** Removes the rules and routes of a pod that the pool has found. */
  public record Detach(Holding holding) implements BusMessage {}

  /** Ends a pod with a branch ENI. */
  public record EndBranch(Holding holding) implements BusMessage {}

  /**
   * This is what became of an {@link EndBranch}.
   *
   * @param obstacle why the pod is not ended yet; empty if it is
   */
  public record Ended(Optional<String> obstacle) implements BusMessage {}

  public static final Endpoint<Detach, DetachReply> DETACH =
      new Endpoint<>("calls.detach-stale", DetachReply.class);
  public static final Endpoint<EndBranch, Ended> END_BRANCH =
      new Endpoint<>("calls.end-stale-branch", Ended.class);

  /** An ADD that is before it may wait for an address and for net-programmer. */
  public static final Duration DEADLINE = Duration.ofMinutes(1);

  private StalePods() {}
}
