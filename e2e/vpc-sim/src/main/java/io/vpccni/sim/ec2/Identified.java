package io.vpccni.sim.ec2;

/** A resource with an id that is unique within the cloud. */
public interface Identified {
  String id();
}
