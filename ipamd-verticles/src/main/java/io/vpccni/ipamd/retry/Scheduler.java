package io.vpccni.ipamd.retry;

import java.time.Instant;

/** Has the clock by which its delays are measured. */
public interface Scheduler extends Timers {
  /** Returns the present, from which deadlines and pauses are reckoned. */
  Instant now();
}
