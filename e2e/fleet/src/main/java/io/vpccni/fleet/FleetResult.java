package io.vpccni.fleet;

import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/**
 * Holds what a run has shown.
 *
 * @param calls by EC2's name of the action
 * @param samples one for each minute
 */
record FleetResult(SortedMap<String, Calls> calls, Pods pods, List<Sample> samples) {
  FleetResult {
    samples = List.copyOf(samples);
  }

  /**
   * Counts the requests of one action.
   *
   * @param asked all requests, those that were throttled or repeated included
   * @param throttled those that EC2 refused because there were too many
   * @param retried those that repeated an earlier one of the same call
   */
  record Calls(long asked, long throttled, long retried) {
    Calls plus(Calls other) {
      return new Calls(asked + other.asked, throttled + other.throttled, retried + other.retried);
    }
  }

  /**
   * Describes how pods got their addresses.
   *
   * @param granted how many pods got one
   * @param refused how many ADDs were refused; the runtime repeats them, so a pod may count often
   * @param waiting how many pods had none at the end
   * @param p50 the time from a pod's first ADD to its address that half of the pods stayed below
   * @param steady the last time at which a pod got its address only after five seconds
   */
  record Pods(
      long granted,
      long refused,
      long waiting,
      Duration p50,
      Duration p99,
      Duration max,
      Duration steady) {}

  /**
   * Describes the fleet at one time.
   *
   * @param held addresses that EC2 has given to nodes for pods
   * @param used addresses that pods have
   * @param enis of all nodes, the primary ones included
   * @param subnetFree addresses that no ENI has, of all subnets together
   */
  record Sample(Duration at, int nodes, long held, long used, int enis, long subnetFree) {
    long wasted() {
      return held - used;
    }
  }
}
