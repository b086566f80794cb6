package io.vpccni.sim.network;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Names of one VPC's namespaces.
 *
 * @param prefix different for each simulator that runs at the same time
 */
public record Names(String prefix) {
  private static final AtomicInteger SIMULATORS = new AtomicInteger();

  /**
   * Of this process, and different each time: a test may have several simulators. Who finds the
   * name later can tell whether its process still lives.
   */
  public static Names ofThisProcess() {
    int number = SIMULATORS.incrementAndGet();
    var pid = ProcessHandle.current().pid();
    return new Names("vpcsim-" + pid + (number == 1 ? "" : "-" + number));
  }

  public String router() {
    return prefix + "-router";
  }

  public String internet() {
    return prefix + "-internet";
  }

  public String instance(String instanceId) {
    return prefix + "-" + instanceId;
  }
}
