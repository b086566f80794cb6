package io.vpccni.metricshelper.cloudwatch;

import java.time.Instant;

/**
 * Holds one value of one metric at one moment.
 *
 * @param name the name in CloudWatch
 */
public record Point(String name, double value, Instant at) {}
