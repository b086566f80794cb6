package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.pool.PoolView.Readiness;

/** Decides whether an ADD could succeed now; a node that is full is ready. */
public final class ReadinessCheck {
  private ReadinessCheck() {}

  public static Readiness of(PoolState state) {
    return Grant.obstacle(state)
        .or(() -> Saving.obstacle(state))
        .or(() -> AddAdmission.refusal(state))
        .<Readiness>map(Readiness.NotReady::new)
        .orElseGet(Readiness.Ready::new);
  }
}
