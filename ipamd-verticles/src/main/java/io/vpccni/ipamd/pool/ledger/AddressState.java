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
   * A live veth routes to the address and no holding explains why, so it is kept and given to
   * nobody.
   */
  record Quarantined(String veth, Instant since) implements AddressState {}

  /**
   * The address is free again. It is remembered so that the one that has been free longest is given
   * out first.
   */
  record Rested(Instant since) implements AddressState {}
}
