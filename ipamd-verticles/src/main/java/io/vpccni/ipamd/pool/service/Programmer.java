package io.vpccni.ipamd.pool.service;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.dataplane.DataplaneCalls;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.VethsReply;
import io.vpccni.ipamd.dataplane.DesiredReplaced;
import io.vpccni.ipamd.dataplane.PodPlaced;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.holding.StalePods;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.log.PodLog;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.RequestId;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This is what the pool asks of net-programmer, and what it hears of it. */
final class Programmer {
  private static final Logger log = LoggerFactory.getLogger(Programmer.class);

  private final EventBus bus;
  private final DataplaneCalls dataplane;
  private final EventSink pool;

  Programmer(EventBus bus, EventSink pool) {
    this.bus = bus;
    this.dataplane = new DataplaneCalls(bus);
    this.pool = pool;
  }

  Future<?> listen() {
    return DataplaneEndpoints.NEWS.hear(bus, this::heard);
  }

  void listVeths(RequestId request) {
    dataplane
        .listVeths()
        .compose(this::withoutBranchPods)
        .onSuccess(
            reply ->
                pool.tell(
                    switch (reply) {
                      case DataplaneReply.Veths(var veths, var addresses) ->
                          new PoolEvent.VethsListed(request, veths, addresses, pool.now());
                      case DataplaneReply.Failed failed ->
                          new PoolEvent.VethsUnknown(request, failed.toString(), pool.now());
                    }))
        // The pool asks for no other list while this one is on its way.
        .onFailure(
            error -> pool.tell(new PoolEvent.VethsUnknown(request, error.toString(), pool.now())));
  }

  /** Addresses of branch ENIs are nobody's to explain here. */
  private Future<VethsReply> withoutBranchPods(VethsReply reply) {
    return switch (reply) {
      case DataplaneReply.Veths(var veths, var addresses) ->
          BranchPods.ALL
              .ask(bus, new BranchPods.ReadAll(), BranchPods.DEADLINE)
              .<VethsReply>map(pods -> new DataplaneReply.Veths(pods.explainedIn(veths), addresses))
              .otherwise(reply);
      case DataplaneReply.Failed failed -> Future.succeededFuture(failed);
    };
  }

  void applyHost(List<AttachedEni> enis) {
    dataplane.applyHost(enis).onSuccess(this::hostAnswered);
  }

  void place(Holding holding) {
    DataplaneEndpoints.PLACED.publish(bus, new PodPlaced(holding));
  }

  void resync() {
    DataplaneEndpoints.RESYNC.publish(bus, new DesiredReplaced());
  }

  void detach(Holding holding) {
    StalePods.DETACH
        .ask(bus, new StalePods.Detach(holding), StalePods.DEADLINE)
        .otherwise(unserved -> new DataplaneReply.Unavailable(unserved.toString(), true))
        .onSuccess(
            reply ->
                pool.tell(
                    switch (reply) {
                      case DataplaneReply.Detached(var veths) -> {
                        PodLog.tell("Pod removed after it ended without a DEL", holding);
                        yield new PoolEvent.PodDetached(holding.attachment(), veths, pool.now());
                      }
                      case DataplaneReply.Failed failed ->
                          new PoolEvent.PodDetachFailed(
                              holding.attachment(), failed.toString(), pool.now());
                    }));
  }

  private void heard(DataplaneNews news) {
    switch (news) {
      case DataplaneNews.Connected(var host) -> {
        pool.tell(new PoolEvent.HostApplied(host.tables(), host.missing(), pool.now()));
        pool.tell(new PoolEvent.DataplaneConnected(pool.now()));
      }
      case DataplaneNews.HostChanged(var host) -> hostAnswered(host);
      case DataplaneNews.Lost(var why) -> pool.tell(new PoolEvent.DataplaneLost(why, pool.now()));
      case DataplaneNews.DesiredMissing(var why) ->
          pool.tell(new PoolEvent.DataplaneLost(why, pool.now()));
      case DataplaneNews.VethsDeleted(var names) ->
          pool.tell(new PoolEvent.VethsDeleted(names, pool.now()));
      case DataplaneNews.HostAddressesChanged _ ->
          pool.tell(new PoolEvent.HostAddressesChanged(pool.now()));
      case DataplaneNews.Repaired _ -> {} // counted by the metrics
    }
  }

  private void hostAnswered(DataplaneReply.HostReply reply) {
    switch (reply) {
      case DataplaneReply.HostApplied(var tables, var missing, var _) ->
          pool.tell(new PoolEvent.HostApplied(tables, missing, pool.now()));
      case DataplaneReply.Failed failed ->
          log.atWarn()
              .addKeyValue(LogKeys.REPLY, failed)
              .log("The host's settings were not applied");
    }
  }
}
