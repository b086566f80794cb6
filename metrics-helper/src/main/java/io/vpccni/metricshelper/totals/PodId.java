package io.vpccni.metricshelper.totals;

/**
 * Names a pod of the agent. A pod that was deleted and made again has another uid, so its counters
 * are not compared with those of its predecessor.
 */
public record PodId(String name, String uid) {}
