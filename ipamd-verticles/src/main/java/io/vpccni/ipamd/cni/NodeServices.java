package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.branch.service.BranchLookup;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneCalls;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.holding.Holdings;
import io.vpccni.ipamd.holding.Holdings.NotReleased;
import io.vpccni.ipamd.holding.PodIpAnnotation;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.CallIds;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What the verbs need of the rest of the agent.
 *
 * @param connected whether net-programmer knows the wished state
 */
record NodeServices(
    EventBus bus,
    AgentConfig config,
    CallIds ids,
    BranchLookup branches,
    Holdings holdings,
    PodIpAnnotation annotation,
    BooleanSupplier connected) {
  private static final String NOT_CONNECTED =
      "the agent is not connected to net-programmer (yet); see the log of aws-node";

  static NodeServices of(Vertx vertx, AgentConfig config, CallIds ids, BooleanSupplier connected) {
    var bus = vertx.eventBus();
    return new NodeServices(
        bus,
        config,
        ids,
        new BranchLookup(vertx, config),
        new Holdings(bus),
        new PodIpAnnotation(bus, config),
        connected);
  }

  /** Why nothing can be asked of the data plane, if so. */
  Optional<String> obstacle() {
    return connected.getAsBoolean() ? Optional.empty() : Optional.of(NOT_CONNECTED);
  }

  DataplaneCalls dataplane() {
    return new DataplaneCalls(bus);
  }

  /** The same future, whose duration from now on is measured as the helper's phase. */
  <R> Future<R> timed(Future<R> answer) {
    long start = System.nanoTime();
    return answer.onSuccess(_ -> Measured.since(start, Phase.HELPER).publish(bus));
  }

  /**
   * Ends a hold. Ask only after the data plane has removed the pod's rules and routes.
   *
   * @return what the pool held, if it was the pool's
   */
  Future<Optional<Holding>> release(Attachment attachment, List<String> pendingVeths) {
    return holdings
        .release(attachment, pendingVeths)
        .recover(
            error ->
                Future.failedFuture(
                    error instanceof NotReleased not
                        ? CniError.later("del cmd: " + not.getMessage())
                        : error));
  }

  /** The error that makes a runtime come again. */
  static CniError later(String verb, DataplaneReply.Failed failed) {
    return CniError.later(verb + ": " + failed.message());
  }
}
