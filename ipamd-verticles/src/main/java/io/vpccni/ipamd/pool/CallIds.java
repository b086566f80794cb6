package io.vpccni.ipamd.pool;

import java.util.concurrent.atomic.AtomicLong;

/** Gives each call of the process its own id. */
public final class CallIds {
  private final AtomicLong last = new AtomicLong();

  public CallId next() {
    return new CallId(last.incrementAndGet());
  }
}
