package io.vpccni.sim.ec2;

/** Something with an id of its own, unique within the cloud. */
public interface Identified {
  String id();
}
