package io.vpccni.ipamd.bus;

/**
 * This is what may cross the event bus: only immutable records implement it, since receivers share
 * them.
 */
public interface BusMessage {
  /** Answers that a request was carried out, where there is nothing else to say. */
  record Done() implements BusMessage {}
}
