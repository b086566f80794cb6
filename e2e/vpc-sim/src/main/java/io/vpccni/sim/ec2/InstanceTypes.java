package io.vpccni.sim.ec2;

import java.util.List;
import java.util.Optional;

/** Which instance types there are. */
public interface InstanceTypes {
  Optional<InstanceType> find(String name);

  /** All names, for a describe that names none. */
  List<String> names();
}
