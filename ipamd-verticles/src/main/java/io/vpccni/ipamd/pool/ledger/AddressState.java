package io.vpccni.ipamd.pool.ledger;

import io.vpccni.ipamd.pod.Attachment;
import java.time.Instant;

/**
 * Says what one address is doing. An address that is not listed with a state is free and was never
 * given to a pod.
 */
public sealed interface AddressState {
  record Assigned(Attachment by) implements AddressState {}

  /** The address rests after a pod had it; it is free again at the instant {@code until}. */
  record Cooling(Instant until) implements AddressState {}

  /**
   * The address is in use without a holding that explains it: a veth routes to it, or the host
   * itself has it. So it is kept and given to nobody.
   *
   * @param link name of the link that uses it
   */
  record Quarantined(String link, Instant since) implements AddressState {}

  /**
   * The address is free again. It is remembered so that the one that has been free longest is given
   * out first.
   */
  record Rested(Instant since) implements AddressState {}
}
