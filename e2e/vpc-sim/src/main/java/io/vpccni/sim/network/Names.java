package io.vpccni.sim.network;

/**
 * Names of one VPC's namespaces.
 *
 * @param prefix different for each simulator that runs at the same time
 */
public record Names(String prefix) {
  /** Of this process. Who finds the name later can tell whether its simulator still lives. */
  public static Names ofThisProcess() {
    return new Names("vpcsim-" + ProcessHandle.current().pid());
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
