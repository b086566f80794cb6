package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.branch.BranchLookup;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneCalls;
import io.vpccni.ipamd.holding.DataplaneGate;
import io.vpccni.ipamd.holding.Holdings;
import io.vpccni.ipamd.holding.PodAddresses;
import io.vpccni.ipamd.holding.PodIpAnnotation;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.rpc.time.ElapsedClock;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Holds what the verbs need from the rest of the agent.
 *
 * @param gate whether net-programmer knows the desired state
 */
record NodeServices(
    Vertx vertx,
    EventBus bus,
    AgentConfig config,
    ElapsedClock clock,
    PodAddresses addresses,
    BranchLookup branches,
    Holdings holdings,
    DataplaneCalls dataplane,
    PodIpAnnotation annotation,
    DataplaneGate gate) {
  static NodeServices of(
      Vertx vertx, AgentConfig config, CallIds ids, ElapsedClock clock, DataplaneGate gate) {
    var bus = vertx.eventBus();
    return new NodeServices(
        vertx,
        bus,
        config,
        clock,
        new PodAddresses(vertx, config, ids),
        new BranchLookup(vertx, config),
        new Holdings(bus),
        new DataplaneCalls(bus),
        new PodIpAnnotation(bus, config),
        gate);
  }

  /** Says why nothing can be asked of the data plane, if so. */
  Optional<String> obstacle() {
    return gate.obstacle();
  }

  /** Says why a runtime should not add its first pod yet, if so. */
  Optional<String> notReady() {
    return gate.notReady();
  }

  /** Says why nothing can be asked of the data plane, if the cause is on this node. */
  Optional<String> fault() {
    return gate.fault();
  }

  /** Makes a call and publishes how long it took. */
  <T> Future<T> timed(Phase phase, Supplier<Future<T>> call) {
    return Measured.timed(bus, phase, call);
  }
}
