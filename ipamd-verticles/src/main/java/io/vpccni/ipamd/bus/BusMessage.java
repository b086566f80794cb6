package io.vpccni.ipamd.bus;

/**
 * This is what may cross the event bus: only immutable records implement it, since receivers share
 * them.
 */
public interface BusMessage {
  /** Answers where there is nothing to say but that it is done. */
  record Done() implements BusMessage {}
}
