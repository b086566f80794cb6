package io.vpccni.sim.ec2;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The state while one call works on it. Thrown away with the call if that is refused, so a refusal
 * never leaves half a change behind.
 */
final class Draft {
  private final Surroundings world;
  private final List<Effect> effects = new ArrayList<>();
  private CloudState state;

  Draft(CloudState state, Surroundings world) {
    this.state = state;
    this.world = world;
  }

  CloudState state() {
    return state;
  }

  Surroundings world() {
    return world;
  }

  Instant now() {
    return world.now();
  }

  void state(CloudState next) {
    state = next;
  }

  void put(Eni eni) {
    state = state.with(eni);
  }

  void tell(Effect effect) {
    effects.add(effect);
  }

  Outcome done(Ec2Answer answer) {
    return new Outcome(state, answer, effects);
  }

  Eni eni(String id) {
    return state
        .enis()
        .find(Ids.checked("eni", id, "InvalidNetworkInterfaceId.Malformed"))
        .orElseThrow(() -> ApiError.noEni(id));
  }

  Subnet subnet(String id) {
    return state
        .subnets()
        .find(Ids.checked("subnet", id, "InvalidSubnetID.Malformed"))
        .orElseThrow(() -> ApiError.noSubnet(id));
  }

  Vpc vpc(String id) {
    return state
        .vpcs()
        .find(Ids.checked("vpc", id, "InvalidVpcID.Malformed"))
        .orElseThrow(() -> ApiError.noVpc(id));
  }

  Instance instance(String id) {
    return state
        .instances()
        .find(Ids.checked("i", id, "InvalidInstanceID.Malformed"))
        .orElseThrow(() -> ApiError.noInstance(id));
  }

  SecurityGroup group(String id) {
    return state
        .groups()
        .find(Ids.checked("sg", id, "InvalidGroupId.Malformed"))
        .orElseThrow(() -> ApiError.noGroup(id));
  }

  InstanceType typeOf(Instance instance) {
    return world
        .types()
        .find(instance.type())
        .orElseThrow(() -> ApiError.of("InvalidInstanceType", "unknown type " + instance.type()));
  }

  /** A new id such as {@code eni-0123456789abcdef0}. */
  String newId(String kind) {
    return Ids.random(kind, world.chance());
  }
}
