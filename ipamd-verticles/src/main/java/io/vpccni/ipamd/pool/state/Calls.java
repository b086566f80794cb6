package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.pod.Attachment;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.PVector;
import org.pcollections.TreePMap;
import org.pcollections.TreePVector;

/**
 * This part knows the calls that have not been answered.
 *
 * @param queue ADDs that wait for an address, by their place: first come, first served
 * @param pending answers that wait for the checkpoint, oldest first
 * @param unsaved attachments that hold addresses although their ADD was refused, because the
 *     checkpoint could not be written while their pods were being wired: no checkpoint has them
 */
public record Calls(PMap<Long, Waiter> queue, PVector<Pending> pending, PSet<Attachment> unsaved) {
  static final Calls NONE = new Calls(TreePMap.empty(), TreePVector.empty(), HashTreePSet.empty());

  public Calls enqueue(long place, Waiter waiter) {
    return new Calls(queue.plus(place, waiter), pending, unsaved);
  }

  public Calls dequeue(long place) {
    return new Calls(queue.minus(place), pending, unsaved);
  }

  public Calls await(Pending answer) {
    return new Calls(queue, pending.plus(answer), unsaved);
  }

  public Calls answered(Pending answer) {
    return new Calls(queue, pending.minus((Object) answer), unsaved);
  }

  /** Takes note that the oldest pending answer is given. */
  public Calls firstAnswered() {
    return new Calls(queue, pending.minus(0), unsaved);
  }

  /** Takes note that the attachment keeps its addresses until its ADD has been undone. */
  public Calls keepUnsaved(Attachment attachment) {
    return new Calls(queue, pending, unsaved.plus(attachment));
  }

  /** Takes note that the attachment holds nothing any more. */
  public Calls ended(Attachment attachment) {
    return unsaved.contains(attachment)
        ? new Calls(queue, pending, unsaved.minus(attachment))
        : this;
  }

  /** Takes note that a checkpoint has all that is held. */
  public Calls allSaved() {
    return unsaved.isEmpty() ? this : new Calls(queue, pending, HashTreePSet.empty());
  }
}
