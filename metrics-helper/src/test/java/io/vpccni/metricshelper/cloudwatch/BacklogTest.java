package io.vpccni.metricshelper.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.metricshelper.reading.Metric;
import io.vpccni.metricshelper.totals.Totals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BacklogTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void thePointsOfTwoPollsGoInOneRequestWithTheirOwnTimes() {
    var backlog = Backlog.EMPTY.with(totals(0)).with(totals(1));
    assertThat(backlog.next("cluster"))
        .containsExactly(
            new Point("assignIPAddresses", 0, START),
            new Point("assignIPAddresses", 1, START.plusSeconds(1)));
  }

  @Test
  void aRequestHasAtMostAThousandPoints() {
    var backlog = filled(1500);
    var first = backlog.next("cluster");
    assertThat(first).hasSize(1000);
    assertThat(backlog.accepted(first).next("cluster")).hasSize(500);
    assertThat(backlog.accepted(first).dropped()).isZero();
  }

  @Test
  void aRequestWithALongClusterNameStaysBelowAMegabyte() {
    var points = filled(1500).next("c".repeat(1024));
    assertThat(points.size() * (1024 + 400)).isBetween(900_000, 1_000_000);
  }

  /** One such value would have the other points of its request refused. */
  @ParameterizedTest
  @ValueSource(doubles = {1e120, -1e120, 1e-120, -1e-120, Double.NaN, Double.POSITIVE_INFINITY})
  void aValueThatCloudWatchDoesNotTakeIsNotSent(double value) {
    var backlog =
        Backlog.EMPTY.with(
            new Totals(
                START,
                Map.of(Metric.ASSIGNED_ADDRESSES, 0.0, Metric.ENIS, value),
                new Totals.Coverage(1, 1, 0)));
    assertThat(backlog.points()).extracting(Point::name).containsExactly("assignIPAddresses");
    assertThat(backlog.dropped()).isEqualTo(1);
  }

  @Test
  void whatIsRefusedForGoodIsDroppedAndCounted() {
    var backlog = filled(3);
    var after = backlog.refused(backlog.next("cluster"));
    assertThat(after.points()).isEmpty();
    assertThat(after.dropped()).isEqualTo(3);
  }

  @Test
  void aFullBacklogLosesItsOldestPoints() {
    var backlog = filled(Backlog.MOST + 5);
    assertThat(backlog.points()).hasSize(Backlog.MOST);
    assertThat(backlog.points().getFirst().value()).isEqualTo(5);
    assertThat(backlog.dropped()).isEqualTo(5);
  }

  @Test
  void pointsThatWereGivenUpWhileTheyWereSentAreNotMissed() {
    var before = filled(Backlog.MOST);
    var sent = before.next("cluster");
    var after = before.with(totals(Backlog.MOST)).accepted(sent);
    assertThat(after.points()).hasSize(Backlog.MOST - sent.size() + 1);
  }

  private static Backlog filled(int points) {
    var all = new ArrayList<Point>();
    for (int i = 0; i < Math.min(points, Backlog.MOST); i++) {
      all.add(new Point("assignIPAddresses", i, START.plusSeconds(i)));
    }
    var backlog = new Backlog(all, 0);
    for (int i = Backlog.MOST; i < points; i++) {
      backlog = backlog.with(totals(i));
    }
    return backlog;
  }

  private static Totals totals(int number) {
    return new Totals(
        START.plusSeconds(number),
        Map.of(Metric.ASSIGNED_ADDRESSES, (double) number),
        new Totals.Coverage(1, 1, 0));
  }
}
