package io.vpccni.ipamd.holding;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.Assign;
import io.vpccni.ipamd.pool.PoolMessage.Assigned;
import io.vpccni.ipamd.pool.PoolMessage.Cancel;
import io.vpccni.ipamd.pool.PoolMessage.Find;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolMessage.Release;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.ReleaseReply;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Asks both owners as one. */
public final class Holdings {
  private final EventBus bus;

  public Holdings(EventBus bus) {
    this.bus = bus;
  }

  /** The checkpoint could not be written: what was to be released is still held. */
  public static final class NotReleased extends RuntimeException {
    NotReleased(String why) {
      super("the release could not be written: " + why, null, false, false);
    }
  }

  /** Asks the pool for addresses; a caller that goes away waits no longer and gets none. */
  public Future<Assigned> assign(Assign request, Cancellation caller) {
    caller.onCancel(
        () -> PoolEndpoints.CANCEL.ask(bus, new Cancel(request.call()), PoolEndpoints.DEADLINE));
    return PoolEndpoints.ASSIGN.ask(bus, request, PoolEndpoints.ASSIGN_DEADLINE);
  }

  public Future<Optional<Holding>> find(Attachment attachment) {
    return PoolEndpoints.FIND
        .ask(bus, new Find(attachment), PoolEndpoints.DEADLINE)
        .compose(
            found ->
                found.holding().isPresent()
                    ? Future.succeededFuture(found.holding())
                    : branches()
                        .map(
                            pods ->
                                pods.stream()
                                    .filter(pod -> pod.attachment().equals(attachment))
                                    .findFirst()));
  }

  public Future<List<Holding>> all() {
    return PoolEndpoints.VIEW
        .ask(bus, new ReadView(), PoolEndpoints.DEADLINE)
        .map(PoolView::holdings)
        .compose(
            pool -> branches().map(pods -> Stream.concat(pool.stream(), pods.stream()).toList()));
  }

  private Future<List<Holding>> branches() {
    return BranchPods.ALL
        .ask(bus, new BranchPods.ReadAll(), BranchPods.DEADLINE)
        .map(BranchPods.All::holdings);
  }

  /**
   * Ends a hold after the data plane has removed the pod's rules and routes.
   *
   * @param pendingVeths host veths that are still to be deleted; written before this completes
   * @return what the pool held, if it was the pool's; fails with {@link NotReleased}
   */
  public Future<Optional<Holding>> release(Attachment attachment, List<String> pendingVeths) {
    return PoolEndpoints.RELEASE
        .ask(bus, new Release(attachment, pendingVeths), PoolEndpoints.DEADLINE)
        .compose(
            reply ->
                switch (reply) {
                  case ReleaseReply.Released(var holding) ->
                      Future.succeededFuture(Optional.of(holding));
                  case ReleaseReply.Unknown() ->
                      BranchPods.FORGET
                          .ask(bus, new BranchPods.Forget(attachment), BranchPods.DEADLINE)
                          .map(Optional.empty());
                  case ReleaseReply.NotSaved(var why) -> Future.failedFuture(new NotReleased(why));
                });
  }
}
