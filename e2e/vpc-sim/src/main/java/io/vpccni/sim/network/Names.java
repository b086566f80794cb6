package io.vpccni.sim.network;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes the names of one simulator's network namespaces.
 *
 * @param prefix is different for each simulator that runs at the same time
 */
public record Names(String prefix) {
  private static final AtomicInteger SIMULATORS = new AtomicInteger();

  /**
   * Names with this process's id, different at each call since a test may have several simulators.
   * Whoever finds such a name later can tell whether its process is still alive.
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
