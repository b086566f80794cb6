package io.vpccni.ipamd.pool;

import java.time.Instant;

/** What one address is doing. An address without a use is free and was never given to a pod. */
sealed interface Use {
  record Assigned(Attachment by) implements Use {}

  /** Rests until (not including) that instant. */
  record Cooling(Instant until) implements Use {}

  /** A live veth routes to it, and no entry explains why: kept, counted, given to nobody. */
  record Quarantined(String veth, Instant since) implements Use {}

  /** Free again; remembered so that the address that is free for the longest time comes first. */
  record Rested(Instant since) implements Use {}
}
