package io.vpccni.sim.ec2;

import java.util.List;
import java.util.Optional;

/**
 * Holds what {@code ModifyNetworkInterfaceAttribute} can change of an ENI itself.
 *
 * @param groups are ids of security groups
 * @param tracking is absent where the default timeouts hold
 */
public record EniAttributes(
    String description,
    List<String> groups,
    boolean sourceDestCheck,
    Optional<ConnectionTracking> tracking) {
  public EniAttributes {
    groups = List.copyOf(groups);
    tracking = tracking.filter(timeouts -> !timeouts.unset());
  }

  EniAttributes withDescription(String next) {
    return new EniAttributes(next, groups, sourceDestCheck, tracking);
  }

  EniAttributes withGroups(List<String> next) {
    return new EniAttributes(description, next, sourceDestCheck, tracking);
  }

  EniAttributes withSourceDestCheck(boolean on) {
    return new EniAttributes(description, groups, on, tracking);
  }

  EniAttributes withTracking(ConnectionTracking next) {
    return new EniAttributes(description, groups, sourceDestCheck, Optional.of(next));
  }
}
