package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.AskHealth;
import io.vpccni.ipamd.pool.PoolMessage.Health;
import io.vpccni.rpc.frame.CniAnswer;

/** Carries out one STATUS: could an ADD succeed now, and if not, why? */
final class StatusCall {
  private final NodeServices node;

  StatusCall(NodeServices node) {
    this.node = node;
  }

  Future<CniAnswer> run() {
    return PoolEndpoints.HEALTH
        .ask(node.bus(), new AskHealth(), PoolEndpoints.DEADLINE)
        .recover(
            error ->
                Future.failedFuture(
                    CniError.notAvailable("status: the agent is starting (" + error + ")")))
        .compose(this::answer);
  }

  private Future<CniAnswer> answer(Health health) {
    var obstacle = node.notReady().or(health::obstacle);
    if (obstacle.isEmpty()) return Future.succeededFuture(CniAnswer.of(0, ""));
    var why = "status: " + obstacle.get();
    return Future.failedFuture(
        health
            .limited()
            .map(also -> CniError.limitedConnectivity(why + "; and " + also))
            .orElseGet(() -> CniError.notAvailable(why)));
  }
}
