package io.vpccni.sim.ec2;

import java.util.List;
import java.util.Optional;

/** Knows the instance types that this cloud has. */
public interface InstanceTypes {
  Optional<InstanceType> find(String name);

  /** Returns all names, for a describe call that names none. */
  List<String> names();
}
