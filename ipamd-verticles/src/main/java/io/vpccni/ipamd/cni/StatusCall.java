package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vpccni.ipamd.cni.StatusVerdict.Ability;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.AskHealth;
import io.vpccni.ipamd.pool.PoolMessage.Health;
import io.vpccni.rpc.frame.CniAnswer;

/** Carries out one STATUS: is the network of this node there, and if not, why? */
final class StatusCall {
  private final NodeServices node;
  private final LastAbility last;

  StatusCall(NodeServices node, LastAbility last) {
    this.node = node;
    this.last = last;
  }

  Future<CniAnswer> run() {
    return verdict()
        .compose(
            verdict ->
                switch (verdict) {
                  case StatusVerdict.Success _ -> Future.succeededFuture(CniAnswer.of(0, ""));
                  case StatusVerdict.NotAvailable(var why) ->
                      Future.failedFuture(CniError.notAvailable("status: " + why));
                  case StatusVerdict.LimitedConnectivity(var why) ->
                      Future.failedFuture(CniError.limitedConnectivity("status: " + why));
                });
  }

  /** Takes note of what the node can do now. It never fails. */
  Future<StatusVerdict> verdict() {
    return PoolEndpoints.HEALTH
        .ask(node.bus(), new AskHealth(), PoolEndpoints.DEADLINE)
        .map(this::ability)
        .otherwise(error -> Ability.none("the agent is starting (" + error + ")"))
        .map(last::weigh);
  }

  private Ability ability(Health health) {
    return new Ability(
        node.notReady().or(health::obstacle), node.fault().or(health::fault), health.limited());
  }
}
