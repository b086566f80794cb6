package io.vpccni.ipamd.calls;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.dataplane.DataplaneCalls;
import io.vpccni.ipamd.dataplane.DataplaneReply.DetachReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Refused;
import io.vpccni.ipamd.dataplane.DataplaneReply.Why;
import io.vpccni.ipamd.holding.AttachmentQueue;
import io.vpccni.ipamd.holding.Holdings;
import io.vpccni.ipamd.holding.StalePods;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.AskDetaching;
import java.util.Optional;

/** Ends pods that went without a DEL, each in its turn among the calls of its attachment. */
final class StalePodsService {
  private static final String OVERTAKEN = "a call of the attachment came first";

  private final EventBus bus;
  private final AttachmentQueue queue;

  StalePodsService(EventBus bus, AttachmentQueue queue) {
    this.bus = bus;
    this.queue = queue;
  }

  Future<?> serve() {
    return Future.all(
        StalePods.DETACH.serve(bus, this::detach),
        StalePods.END_BRANCH.serve(bus, this::endBranch));
  }

  /** The pool knows whether an ADD has come since: it then no longer takes the pod for gone. */
  private Future<DetachReply> detach(StalePods.Detach asked) {
    var attachment = asked.holding().attachment();
    return queue.take(
        attachment,
        () ->
            PoolEndpoints.DETACHING
                .ask(bus, new AskDetaching(attachment), PoolEndpoints.DEADLINE)
                .compose(
                    pool ->
                        pool.still()
                            ? new DataplaneCalls(bus).detach(asked.holding())
                            : Future.succeededFuture(new Refused(Why.BUSY, OVERTAKEN))));
  }

  /** An ADD that has come since has stored the pod anew, with another time. */
  private Future<StalePods.Ended> endBranch(StalePods.EndBranch asked) {
    return queue.take(
        asked.holding().attachment(),
        () ->
            BranchPods.ALL
                .ask(bus, new BranchPods.ReadAll(), BranchPods.DEADLINE)
                .compose(
                    pods ->
                        pods.holdings().contains(asked.holding())
                            ? new Holdings(bus)
                                .end(asked.holding())
                                .map(new StalePods.Ended(Optional.empty()))
                            : Future.succeededFuture(new StalePods.Ended(Optional.of(OVERTAKEN))))
                .otherwise(why -> new StalePods.Ended(Optional.of(why.toString()))));
  }
}
