package io.vpccni.ipamd.pool.service;

import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import java.time.Instant;

/** The pool as those see it who tell it facts. One context only. */
interface EventSink {
  void tell(PoolEvent event);

  /** After the last event. */
  PoolState state();

  Instant now();
}
