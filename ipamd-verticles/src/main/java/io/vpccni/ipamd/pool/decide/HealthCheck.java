package io.vpccni.ipamd.pool.decide;

import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolMessage.Health;
import io.vpccni.ipamd.pool.PoolView.Readiness;
import io.vpccni.ipamd.pool.state.PoolState;
import java.util.Optional;
import java.util.Set;

/** Decides whether the next ADD would succeed, and whether running pods may be cut off. */
public final class HealthCheck {
  /**
   * While one of these conditions lasts, running pods may not be reached, or may not reach others.
   */
  private static final Set<String> LIMITING =
      Set.of(
          Condition.Name.ADDRESS_LOST.text(),
          Condition.Name.ADDRESS_ON_HOST.text(),
          ConditionChanged.HOST_CONTESTED);

  private HealthCheck() {}

  public static Health of(PoolState state) {
    var obstacle =
        switch (ReadinessCheck.of(state)) {
          case Readiness.Ready _ -> Optional.<String>empty();
          case Readiness.NotReady(var why) -> Optional.of(why);
        };
    var limited =
        state.conditions().values().stream()
            .filter(condition -> LIMITING.contains(condition.key().name()))
            .map(HealthCheck::text)
            .findFirst();
    return new Health(state.context().started(), obstacle, ReadinessCheck.fault(state), limited);
  }

  private static String text(Condition condition) {
    var key = condition.key();
    return (key.name() + " " + key.subject()).strip() + ": " + condition.detail();
  }
}
