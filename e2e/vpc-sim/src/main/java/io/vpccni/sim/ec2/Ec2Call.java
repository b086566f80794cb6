package io.vpccni.sim.ec2;

/** Holds one request to EC2, parsed. Each is named as EC2 names the action. */
public sealed interface Ec2Call permits EniCall, DescribeCall, TagCall, SceneCall, OccupySubnet {
  /** Returns EC2's name of the action, for example {@code CreateNetworkInterface}. */
  default String action() {
    return getClass().getSimpleName();
  }
}
