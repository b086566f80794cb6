package io.vpccni.ipamd.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SimulationTest {
  @Test
  void fiveHundredSeedsKeepEveryPromise() {
    var result = SimulationRuns.run(1, SimulationRuns.SEEDS);
    System.out.println(result.line());
    assertThat(result.violations()).as(result.line()).isEmpty();
    assertThat(result.steps()).isGreaterThanOrEqualTo(1_000_000);
    assertThat(result.tooSeldom()).isEmpty();
  }
}
