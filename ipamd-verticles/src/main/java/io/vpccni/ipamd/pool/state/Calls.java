package io.vpccni.ipamd.pool.state;

import org.pcollections.PMap;
import org.pcollections.PVector;
import org.pcollections.TreePMap;
import org.pcollections.TreePVector;

/**
 * This part knows the calls that have not been answered.
 *
 * @param queue ADDs that wait for an address, by their place: first come, first served
 * @param pending answers that wait for the checkpoint, oldest first
 */
public record Calls(PMap<Long, Waiter> queue, PVector<Pending> pending) {
  static final Calls NONE = new Calls(TreePMap.empty(), TreePVector.empty());

  public Calls enqueue(long place, Waiter waiter) {
    return new Calls(queue.plus(place, waiter), pending);
  }

  public Calls dequeue(long place) {
    return new Calls(queue.minus(place), pending);
  }

  public Calls await(Pending answer) {
    return new Calls(queue, pending.plus(answer));
  }

  public Calls answered(Pending answer) {
    return new Calls(queue, pending.minus((Object) answer));
  }

  /** Takes note that the oldest pending answer is given. */
  public Calls firstAnswered() {
    return new Calls(queue, pending.minus(0));
  }
}
