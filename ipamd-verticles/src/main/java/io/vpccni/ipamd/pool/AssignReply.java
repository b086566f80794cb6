package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.pod.Holding;

/** This is what became of an ADD. */
public sealed interface AssignReply extends BusMessage {
  /** This is the last word about an ADD: it follows a {@link Reserved}, or comes alone. */
  sealed interface Final extends AssignReply {}

  /** The holding is on disk, and its addresses are the caller's until they are released. */
  record Granted(Holding holding) implements Final {}

  /**
   * The holding is being written. Its pod may be wired meanwhile, and the runtime is told of it
   * only once {@link PoolEndpoints#SAVED} has answered with {@link Granted}. The caller takes back
   * what it cannot use, also where that answer is a refusal.
   */
  record Reserved(Holding holding) implements AssignReply {}

  /**
   * @param message for a person: what, why, the numbers, and what happens next
   */
  record Refused(Reason reason, String message, PoolNumbers numbers) implements Final {}

  /** This is why an ADD gets no address. */
  enum Reason {
    /** Nothing is free, and nothing becomes free in time. */
    NO_ADDRESS,
    /** The call has waited as long as it may. */
    TIMED_OUT,
    /** More calls wait than can be served. */
    TOO_MANY_WAITING,
    /** A DEL for the same attachment arrived meanwhile. */
    DELETED,
    /** The checkpoint could not be written. */
    NOT_SAVED,
    /** The call is incomplete or asks for what is switched off: repeating it cannot help. */
    INVALID
  }
}
