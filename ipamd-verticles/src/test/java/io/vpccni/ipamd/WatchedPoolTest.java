package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Clients that watch the pool by gRPC. */
class WatchedPoolTest extends WatchedAgent {
  private static int assigned(List<PoolSnapshot> seen) {
    return seen.getLast().getCards(0).getAssigned();
  }

  @Test
  void eachClientGetsThePoolAtOnceAndAfterEachChange() {
    List<PoolSnapshot> first = new CopyOnWriteArrayList<>();
    List<PoolSnapshot> second = new CopyOnWriteArrayList<>();
    var call = agent.watching(first::add);
    until(() -> !first.isEmpty());
    assertThat(assigned(first)).isZero();
    agent.watching(second::add);
    until(() -> !second.isEmpty());

    assertThat(agent.add("a").getSuccess()).isTrue();
    until(() -> assigned(first) == 1 && assigned(second) == 1);

    call.cancel();
    assertThat(agent.add("b").getSuccess()).isTrue();
    until(() -> assigned(second) == 2);
    assertThat(assigned(first)).as("who went is told no more").isOne();
  }
}
