package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Clients that watch the agent's health by gRPC. */
class WatchedHealthTest extends WatchedAgent {
  @Test
  void readinessFollowsTheDataPlaneAndEachChangeIsToldOnce() {
    List<ServingStatus> ready = new CopyOnWriteArrayList<>();
    List<ServingStatus> alive = new CopyOnWriteArrayList<>();
    List<ServingStatus> unknown = new CopyOnWriteArrayList<>();
    agent.health().watch("ready", ready::add);
    agent.health().watch("", alive::add);
    agent.health().watch("no such service", unknown::add);
    until(() -> !ready.isEmpty() && !alive.isEmpty() && !unknown.isEmpty());
    agent.programmerDies();
    until(() -> ready.size() == 2);
    agent.programmerStarts();
    until(() -> ready.size() == 3);
    assertThat(ready)
        .containsExactly(ServingStatus.SERVING, ServingStatus.NOT_SERVING, ServingStatus.SERVING);
    assertThat(alive).containsExactly(ServingStatus.SERVING);
    assertThat(unknown).containsExactly(ServingStatus.SERVICE_UNKNOWN);
  }
}
