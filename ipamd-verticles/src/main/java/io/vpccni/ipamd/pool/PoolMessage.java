package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import java.util.List;
import java.util.Optional;

/** This is what is said between the pool's owner and those who ask it. */
public sealed interface PoolMessage extends BusMessage {
  /**
   * Asks for an address for a pod; the answer waits where waiting can help.
   *
   * @param call from {@link CallIds}; names the request for {@link Cancel}
   * @param everyCard one address on each network card
   */
  record Assign(CallId call, Attachment attachment, PodRef pod, Wiring wiring, boolean everyCard)
      implements PoolMessage {}

  /**
   * @param fresh false where the attachment held the address before: a failure later in this call
   *     must not take it away
   */
  record Assigned(AssignReply reply, boolean fresh) implements PoolMessage {}

  /** Asks what became of a reservation, once that is decided. */
  record AwaitSaved(CallId call) implements PoolMessage {}

  record Saved(AssignReply.Final reply) implements PoolMessage {}

  /** The caller of an {@link Assign} went away. */
  record Cancel(CallId call) implements PoolMessage {}

  /**
   * The end of an attachment; ask only after the data plane has removed its rules and routes.
   *
   * @param pendingVeths host veths that the data plane will still delete
   */
  record Release(Attachment attachment, List<String> pendingVeths) implements PoolMessage {
    public Release {
      pendingVeths = List.copyOf(pendingVeths);
    }
  }

  /** Takes back what an {@link Assign} gave to a call that failed before the kernel saw it. */
  record Undo(Attachment attachment) implements PoolMessage {}

  /** Asks what an attachment holds. */
  record Find(Attachment attachment) implements PoolMessage {}

  record Found(Optional<Holding> holding) implements PoolMessage {}

  /** Asks whether the pool still takes the pod of an attachment for gone and has it detached. */
  record AskDetaching(Attachment attachment) implements PoolMessage {}

  record Detaching(boolean still) implements PoolMessage {}

  /** Asks for all of the pool, as {@link io.vpccni.ipamd.pool.PoolView}. */
  record ReadView() implements PoolMessage {}

  /** Asks which trunk ENI the node has, which costs less than all of the pool. */
  record ReadTrunk() implements PoolMessage {}

  /**
   * @param mac of the trunk ENI on card 0, if there is one
   */
  record Trunk(Optional<String> mac) implements PoolMessage {}

  /** Asks what is known of one address or pod. */
  record Explain(Explanation.Subject subject) implements PoolMessage {}

  /** Asks what the pool decided last, and why. */
  record ReadHistory() implements PoolMessage {}

  /**
   * @param entries oldest first
   */
  record History(List<HistoryEntry> entries) implements PoolMessage {
    public History {
      entries = List.copyOf(entries);
    }
  }

  record AskHealth() implements PoolMessage {}

  /**
   * @param started the checkpoint has been read
   * @param obstacle why an ADD would fail now, if so
   * @param fault why, if the agent's own files are the cause; not what EC2 or IMDS refuse
   * @param limited why running pods may be cut off as well, if so
   */
  record Health(
      boolean started, Optional<String> obstacle, Optional<String> fault, Optional<String> limited)
      implements PoolMessage {}

  /** Something has changed; this is published at most ten times a second. Ask for the view. */
  record Changed() implements PoolMessage {}
}
