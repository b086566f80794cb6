package io.vpccni.metricshelper.cloudwatch;

import io.vpccni.metricshelper.totals.Totals;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Holds the points that CloudWatch has not accepted yet, oldest first. It is immutable.
 *
 * @param points at most {@link #MOST}
 * @param dropped how many points were given up so far
 */
public record Backlog(List<Point> points, long dropped) {
  public static final Backlog EMPTY = new Backlog(List.of(), 0);

  /** Four hours of polls, one every 30 s, bring this many points. */
  static final int MOST = 10_000;

  /** CloudWatch takes 1000 points in one request, and a request of 1 MB. */
  private static final int POINTS_PER_REQUEST = 1000;

  private static final int BYTES_PER_REQUEST = 1_000_000;

  /** A point takes this much besides the name of the cluster, with room to spare. */
  private static final int BYTES_PER_POINT = 400;

  public Backlog {
    points = List.copyOf(points);
  }

  /**
   * Adds the values of a poll, which are of the time of the poll. A value that CloudWatch does not
   * take is given up; the oldest go when it is full.
   */
  public Backlog with(Totals totals) {
    var added =
        totals.values().entrySet().stream()
            .map(e -> new Point(e.getKey().cloudWatchName(), e.getValue(), totals.at()))
            .filter(Point::isAcceptable)
            .toList();
    var all = Stream.concat(points.stream(), added.stream()).toList();
    int tooMany = Math.max(0, all.size() - MOST);
    int useless = totals.values().size() - added.size();
    return new Backlog(all.subList(tooMany, all.size()), dropped + tooMany + useless);
  }

  /**
   * Returns the points of the next request.
   *
   * @param clusterId is repeated with each point
   */
  public List<Point> next(String clusterId) {
    int bytes = BYTES_PER_POINT + clusterId.getBytes(StandardCharsets.UTF_8).length;
    int most = Math.min(POINTS_PER_REQUEST, BYTES_PER_REQUEST / bytes);
    return points.subList(0, Math.min(most, points.size()));
  }

  /** Removes points that CloudWatch has accepted. */
  public Backlog accepted(List<Point> sent) {
    return new Backlog(without(sent), dropped);
  }

  /** Removes points that CloudWatch will never accept. */
  public Backlog refused(List<Point> sent) {
    return new Backlog(without(sent), dropped + sent.size());
  }

  /** While a request was under way the oldest points may have been given up already. */
  private List<Point> without(List<Point> sent) {
    var gone = Set.copyOf(sent);
    return points.stream().filter(point -> !gone.contains(point)).toList();
  }
}
