package io.vpccni.ipamd.pool.service;

import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Instant;

/** Takes facts for the pool from those who learn them. It is for one context only. */
interface EventSink {
  void tell(PoolEvent event);

  Instant now();
}
