package io.vpccni.ipamd.pool.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.Scenario;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No flapping. Apart from the other tests because it is slow: mutation tests leave it out. */
class QuietHourTest {
  @Test
  void nothingIsAskedOfEc2ForAnHourOnceThePoolIsRight() {
    for (var targets :
        List.of(
            new Targets(1, 0, 0, 0),
            new Targets(0, 0, 0, 0),
            new Targets(2, 0, 0, 0),
            new Targets(1, 2, 0, 0),
            new Targets(1, 5, 10, 0))) {
      quiet(Scenario.m5large(targets), targets);
    }
    for (var targets :
        List.of(
            new Targets(1, 0, 0, 1),
            new Targets(1, 0, 0, 0),
            new Targets(1, 0, 0, 3),
            new Targets(1, 16, 0, 1),
            new Targets(1, 7, 20, 1))) {
      quiet(Scenario.prefixes(targets), targets);
    }
  }

  private static void quiet(Scenario node, Targets targets) {
    node.starts();
    for (int pods : List.of(0, 9, 10, 17, 27, 5, 0)) {
      node.pods(pods).after(Duration.ofMinutes(15));
      int calls = node.ec2.calls.size();
      node.after(Duration.ofHours(1));
      assertThat(node.ec2.calls.subList(calls, node.ec2.calls.size()))
          .as("%s with %d pods", targets, pods)
          .isEmpty();
    }
  }
}
