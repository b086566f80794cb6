package io.vpccni.ipamd.pool.service;

import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Instant;

/** The pool as those see it who tell it facts. One context only. */
interface EventSink {
  void tell(PoolEvent event);

  Instant now();
}
