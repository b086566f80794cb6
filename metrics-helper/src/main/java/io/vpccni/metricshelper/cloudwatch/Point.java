package io.vpccni.metricshelper.cloudwatch;

import java.time.Instant;

/**
 * Holds one value of one metric at one moment.
 *
 * @param name the name in CloudWatch
 */
public record Point(String name, double value, Instant at) {
  /** This is 2 to the power of 360. Source: the API reference of CloudWatch, MetricDatum. */
  private static final double LARGEST = 0x1p360;

  private static final double SMALLEST = 0x1p-360;

  /**
   * Tells whether CloudWatch takes such a value. It refuses a whole request for one that it does
   * not.
   */
  boolean isAcceptable() {
    double size = Math.abs(value);
    return size == 0 || (size >= SMALLEST && size <= LARGEST);
  }
}
