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

/**
 * A command says what must be done. The commands of a decision are performed in order, and their
 * results come back as {@link PoolEvent}s.
 */
public sealed interface PoolCommand {
  /**
   * Write the {@link DurableForm} of the state. At most one write is under way; {@link
   * PoolEvent.CheckpointSaved} or {@link PoolEvent.SaveFailed} with the same version follows.
   */
  record Save(long version, PoolState state) implements PoolCommand {}

  /**
   * @param fresh whether this call made the assignment: false where the attachment held the address
   *     before, or where the call is refused
   */
  record AnswerAdd(CallId call, AssignReply.Final reply, boolean fresh) implements PoolCommand {}

  /**
   * Let the pod be wired while its entry is being written. {@link AnswerAdd} follows for the same
   * call, and what the caller did meanwhile is the caller's to undo.
   */
  record StartWiring(CallId call, Holding holding) implements PoolCommand {}

  record AnswerDel(CallId call, ReleaseReply reply) implements PoolCommand {}

  /**
   * Ask EC2. One {@link PoolEvent.Ec2Answered} always follows; no answer in time is {@code Failed}
   * with {@code OUTCOME_UNKNOWN}.
   */
  record AskEc2(RequestId request, Ec2Request ask) implements PoolCommand {}

  /**
   * Read the ENIs from IMDS. {@link PoolEvent.ImdsRead} follows, or nothing if IMDS does not
   * answer.
   */
  record ReadImds() implements PoolCommand {}

  /**
   * List the host veths. {@link PoolEvent.VethsListed} or {@link PoolEvent.VethsUnknown} follows.
   */
  record ListVeths(RequestId request) implements PoolCommand {}

  /**
   * Bring up the links, routes and rules of the node's ENIs, which have changed. {@link
   * PoolEvent.HostApplied} follows; the pool repeats the command if a link was missing.
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

  /** Tell net-programmer again all that is desired, because pods it was told of are not ours. */
  record Resync() implements PoolCommand {}

  /**
   * Keep the checkpoint's files as they are now under another name: they are of this instance and
   * not of the node's own. The next {@link Save} replaces them.
   */
  record SetCheckpointAside(String instance) implements PoolCommand {}

  /** Remove the rules and routes of a pod whose veth has vanished without a DEL. */
  record DetachPod(Holding holding) implements PoolCommand {}

  /**
   * Count this for the metrics.
   *
   * @param times 1 or more
   */
  record Count(PoolCount what, long times) implements PoolCommand {}

  /** Wake the pool then. Only the earliest one counts, and {@link PoolEvent.Woken} follows. */
  record WakeAt(Instant at) implements PoolCommand {}
}
