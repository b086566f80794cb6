package io.vpccni.ipamd.pool.decide;

import io.vpccni.ipamd.pool.PoolView.Readiness;
import io.vpccni.ipamd.pool.calls.Grant;
import io.vpccni.ipamd.pool.calls.Saving;
import io.vpccni.ipamd.pool.size.AddAdmission;
import io.vpccni.ipamd.pool.state.PoolState;
import java.util.Optional;

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

  /**
   * Returns why no ADD can succeed, if the cause lies with the checkpoint, which is on this node.
   */
  public static Optional<String> fault(PoolState state) {
    return state.context().started() ? Saving.obstacle(state) : Grant.obstacle(state);
  }
}
