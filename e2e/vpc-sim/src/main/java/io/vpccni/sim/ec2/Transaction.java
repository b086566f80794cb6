package io.vpccni.sim.ec2;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Holds the state while one call works on it. It is discarded if the call is refused, so a refusal
 * never leaves half a change behind.
 */
final class Transaction {
  private final CallContext context;
  private final List<Effect> effects = new ArrayList<>();
  private CloudState state;

  Transaction(CloudState state, CallContext context) {
    this.state = state;
    this.context = context;
  }

  CloudState state() {
    return state;
  }

  CallContext context() {
    return context;
  }

  Instant now() {
    return context.now();
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
    return state.enis().find(Ids.eni(id)).orElseThrow(() -> ApiError.noEni(id));
  }

  Subnet subnet(String id) {
    return state.subnets().find(Ids.subnet(id)).orElseThrow(() -> ApiError.noSubnet(id));
  }

  Vpc vpc(String id) {
    return state.vpcs().find(Ids.vpc(id)).orElseThrow(() -> ApiError.noVpc(id));
  }

  Instance instance(String id) {
    return state.instances().find(Ids.instance(id)).orElseThrow(() -> ApiError.noInstance(id));
  }

  SecurityGroup group(String id) {
    return state.groups().find(Ids.group(id)).orElseThrow(() -> ApiError.noGroup(id));
  }

  List<Instance> instances(List<String> ids) {
    return all(ids, state.instances(), Ids::instance, ApiError::noInstance);
  }

  /**
   * Returns the resources of these ids, each once.
   *
   * @param check is applied to each id and refuses a malformed one
   * @param unknown makes the error that names all ids that do not exist
   */
  static <T extends Identified> List<T> all(
      List<String> ids,
      Table<T> table,
      UnaryOperator<String> check,
      Function<String[], ApiError> unknown) {
    var distinct = ids.stream().map(check).distinct().toList();
    var missing = distinct.stream().filter(id -> table.find(id).isEmpty()).toArray(String[]::new);
    if (missing.length > 0) {
      throw unknown.apply(missing);
    }
    return distinct.stream().flatMap(id -> table.find(id).stream()).toList();
  }

  InstanceType typeOf(Instance instance) {
    return context
        .types()
        .find(instance.type())
        .orElseThrow(() -> ApiError.of("InvalidInstanceType", "unknown type " + instance.type()));
  }

  /** Makes a new id such as {@code eni-0123456789abcdef0}. */
  String newId(String kind) {
    return Ids.random(kind, context.chance());
  }
}
