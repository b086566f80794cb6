package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.PoolCount;
import io.vpccni.ipamd.pool.ReleaseReply;
import java.time.Instant;
import java.util.List;

/** What must be done now, in this order. Results come back as {@link PoolEvent}s. */
public sealed interface PoolCommand {
  /**
   * Write the {@link DurableForm} of the state; at most one is under way. Answered by {@link
   * PoolEvent.CheckpointSaved} or {@link PoolEvent.SaveFailed} with the same version.
   */
  record Save(long version, PoolState state) implements PoolCommand {}

  /**
   * @param fresh whether this call made the assignment: false where the attachment held the address
   *     before, or where the call is refused
   */
  record AnswerAdd(CallId call, AssignReply reply, boolean fresh) implements PoolCommand {}

  record AnswerDel(CallId call, ReleaseReply reply) implements PoolCommand {}

  /**
   * Always answered by one {@link PoolEvent.Ec2Answered}; no answer in time is {@code Failed} with
   * {@code OUTCOME_UNKNOWN}.
   */
  record AskEc2(RequestId request, Ec2Request ask) implements PoolCommand {}

  /** Answered by {@link PoolEvent.ImdsRead}, or not at all if IMDS does not answer. */
  record ReadImds() implements PoolCommand {}

  /** Answered by {@link PoolEvent.VethsListed} or {@link PoolEvent.VethsUnknown}. */
  record ListVeths(RequestId request) implements PoolCommand {}

  /**
   * The ENIs of the node changed: bring up their links, routes and rules. Answered by {@link
   * PoolEvent.HostApplied}; repeated by the pool if a link was missing.
   */
  record ApplyHost(List<AttachedEni> enis) implements PoolCommand {
    public ApplyHost {
      enis = List.copyOf(enis);
    }
  }

  /**
   * The routing tables of a pod have become known that were not known when net-programmer was told
   * of it: it learns them now, and no later than it is connected.
   */
  record PlacePod(Holding holding) implements PoolCommand {}

  /** The pod's veth is gone without a DEL: remove its rules and routes. */
  record DetachPod(Holding holding) implements PoolCommand {}

  /**
   * For the metrics.
   *
   * @param times 1 or more
   */
  record Count(PoolCount what, long times) implements PoolCommand {}

  /** Only the earliest one counts; answered by {@link PoolEvent.Woken}. */
  record WakeAt(Instant at) implements PoolCommand {}
}
