package io.vpccni.metricshelper.cloudwatch;

import io.vertx.core.Future;
import java.io.Serial;
import java.util.List;

/** This is where points go on their way to CloudWatch. */
public interface MetricSink {
  /**
   * Sends points in one request. The future fails with {@link Refused} if the same request can
   * never succeed, and with anything else if it may.
   */
  Future<Void> put(String clusterId, List<Point> points);

  /** Says that CloudWatch finds a fault in the points themselves. */
  final class Refused extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    public Refused(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
