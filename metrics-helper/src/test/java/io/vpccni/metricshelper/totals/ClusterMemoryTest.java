package io.vpccni.metricshelper.totals;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.metricshelper.reading.Metric;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClusterMemoryTest {
  private final Agents agents = new Agents();

  @Test
  void gaugesOfAllAgentsAreAdded() {
    var totals = agents.has("a", 3).has("b", 4).poll();
    assertThat(totals.values()).containsOnlyKeys(Metric.ASSIGNED_ADDRESSES);
    assertThat(totals.values()).containsEntry(Metric.ASSIGNED_ADDRESSES, 7.0);
  }

  @Test
  void countersThatStandStillGiveZero() {
    agents.counts("a", 100).counts("b", 100).poll();
    assertThat(agents.counts("a", 100).counts("b", 100).added()).isZero();
  }

  @Test
  void theIncreasesOfAllAgentsAreAdded() {
    agents.counts("a", 100).counts("b", 7).poll();
    assertThat(agents.counts("a", 103).counts("b", 9).added()).isEqualTo(5);
  }

  @Test
  void whatWasCountedBeforeTheFirstPollIsNoIncrease() {
    assertThat(agents.counts("a", 100).added()).isZero();
  }

  @Test
  void whatAYoungPodHasCountedIsNew() {
    agents.counts("a", 100).poll();
    assertThat(agents.counts("a", 100).counts("b", 4).added()).isEqualTo(4);
  }

  /** A new node's pod is listed while its image is pulled. */
  @Test
  void whatAYoungPodCountedBeforeItsFirstAnswerIsNew() {
    agents.counts("a", 1).poll();
    agents.counts("a", 1).silent("b").poll();
    agents.counts("a", 1).silent("b").passes(Agents.REMEMBER).poll();
    assertThat(agents.counts("a", 1).counts("b", 50).added()).isEqualTo(50);
    assertThat(agents.counts("a", 1).counts("b", 52).added()).isEqualTo(2);
  }

  @Test
  void whatAPodOfTheFirstListCountedBeforeItsFirstAnswerIsNoIncrease() {
    agents.counts("a", 1).silent("b").poll();
    assertThat(agents.counts("a", 1).counts("b", 1000).added()).isZero();
    assertThat(agents.counts("a", 1).counts("b", 1002).added()).isEqualTo(2);
  }

  @Test
  void aCounterThatIsLowerBeganAgain() {
    agents.counts("a", 100).poll();
    assertThat(agents.counts("a", 3).added()).isEqualTo(3);
  }

  @Test
  void aRestartIsSeenByTheStartOfTheProcessEvenIfTheCounterIsHigher() {
    agents.says("a", page -> page.processStart(1000).add(Metric.ADD_REQUESTS, 5)).poll();
    assertThat(
            agents.says("a", page -> page.processStart(2000).add(Metric.ADD_REQUESTS, 7)).added())
        .isEqualTo(7);
  }

  @Test
  void aLostAnswerLosesNoIncrease() {
    agents.counts("a", 10).counts("b", 10).poll();
    assertThat(agents.silent("a").counts("b", 12).added()).isEqualTo(2);
    assertThat(agents.counts("a", 15).counts("b", 12).added()).isEqualTo(5);
  }

  @Test
  void aPodThatDoesNotAnswerCountsWithItsLastGauges() {
    agents.has("a", 3).has("b", 4).poll();
    var totals = agents.silent("a").has("b", 5).poll();
    assertThat(totals.values()).containsEntry(Metric.ASSIGNED_ADDRESSES, 8.0);
    assertThat(totals.coverage()).isEqualTo(new Totals.Coverage(2, 1, 1));
  }

  @Test
  void afterFiveMinutesItNoLongerCounts() {
    agents.has("a", 3).has("b", 4).poll();
    agents.passes(Duration.ofMinutes(5));
    var totals = agents.silent("a").has("b", 5).poll();
    assertThat(totals.values()).containsEntry(Metric.ASSIGNED_ADDRESSES, 5.0);
    assertThat(totals.coverage()).isEqualTo(new Totals.Coverage(2, 1, 0));
  }

  @Test
  void aPodThatIsGoneNoLongerCounts() {
    agents.has("a", 3).has("b", 4).poll();
    assertThat(agents.has("b", 4).poll().values()).containsEntry(Metric.ASSIGNED_ADDRESSES, 4.0);
  }

  @Test
  void aFamilyThatOnlyOneAgentHasIsThereForTheCluster() {
    agents.has("a", 3).says("b", page -> page.add(Metric.AWS_ERRORS, 2)).poll();
    var totals = agents.has("b", 1).says("a", page -> page.add(Metric.AWS_ERRORS, 6)).poll();
    assertThat(totals.values()).containsKeys(Metric.AWS_ERRORS, Metric.ASSIGNED_ADDRESSES);
  }

  @Test
  void aSeriesThatAppearsLaterCountsFromZero() {
    agents.has("a", 3).poll();
    assertThat(agents.counts("a", 2).added()).isEqualTo(2);
  }

  @Test
  void theLatencyIsTheSlowestAgentsMeanSinceThePollBefore() {
    agents.says("a", page -> page.latencySum(1000).latencyCount(10)).poll();
    assertThat(agents.says("a", page -> page.latencySum(1000).latencyCount(10)).poll().values())
        .as("no call, no latency")
        .isEmpty();
    var totals =
        agents
            .says("a", page -> page.latencySum(1300).latencyCount(12))
            .says("b", page -> page.latencySum(90).latencyCount(1))
            .poll();
    assertThat(totals.values()).containsEntry(Metric.AWS_LATENCY, 150.0);
  }

  @Test
  void aQuantileIsTakenAsItIs() {
    agents.says("a", page -> page.quantile(80)).says("b", page -> page.quantile(70));
    assertThat(agents.poll().values()).containsEntry(Metric.AWS_LATENCY, 80.0);
  }
}
