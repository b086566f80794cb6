package io.vpccni.ipamd.pool.ledger;

import io.vpccni.ipamd.pod.Attachment;
import java.time.Instant;

/** What one address is doing. An address without a use is free and was never given to a pod. */
public sealed interface AddressState {
  record Assigned(Attachment by) implements AddressState {}

  /** Rests until (not including) that instant. */
  record Cooling(Instant until) implements AddressState {}

  /** A live veth routes to it, and no entry explains why: kept, counted, given to nobody. */
  record Quarantined(String veth, Instant since) implements AddressState {}

  /** Free again; remembered so that the address that is free for the longest time comes first. */
  record Rested(Instant since) implements AddressState {}
}
