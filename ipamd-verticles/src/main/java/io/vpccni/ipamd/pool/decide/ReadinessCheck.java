package io.vpccni.ipamd.pool.decide;

import io.vpccni.ipamd.pool.PoolView.Readiness;
import io.vpccni.ipamd.pool.calls.Grant;
import io.vpccni.ipamd.pool.calls.Saving;
import io.vpccni.ipamd.pool.size.AddAdmission;
import io.vpccni.ipamd.pool.state.PoolState;

/** Decides whether an ADD could succeed now. A node that is full is ready. */
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
