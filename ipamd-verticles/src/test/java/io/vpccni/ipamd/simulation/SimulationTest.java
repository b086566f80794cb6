package io.vpccni.ipamd.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final int SEEDS = 500;

  /** Each thing that may happen must have happened at least so often, or it was not tested. */
  private static final int OFTEN = 50;

  @Test
  void fiveHundredSeedsKeepEveryPromise() {
    var result = SimulationRuns.run(1, SEEDS);
    System.out.println(result.line());
    assertThat(result.violations()).as(result.line()).isEmpty();
    assertThat(result.steps()).isGreaterThanOrEqualTo(1_000_000);
    assertThat(Stream.concat(Stream.of(Mode.values()), Stream.of(Fault.values())))
        .allSatisfy(
            what ->
                assertThat(result.coverage().counts().getOrDefault(what.toString(), 0))
                    .as("how often %s occurred", what)
                    .isGreaterThanOrEqualTo(OFTEN));
    assertThat(Arrays.stream(io.vpccni.ipamd.pool.PoolCommand.class.getPermittedSubclasses()))
        .allSatisfy(
            command ->
                assertThat(
                        result
                            .coverage()
                            .counts()
                            .getOrDefault("crash after " + command.getSimpleName(), 0))
                    .as("crashes after %s", command.getSimpleName())
                    .isGreaterThanOrEqualTo(OFTEN));
  }
}
