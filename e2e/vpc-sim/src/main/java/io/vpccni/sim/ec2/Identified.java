package io.vpccni.sim.ec2;

/** A resource has an id that is unique within the cloud. */
public interface Identified {
  String id();
}
