package io.vpccni.ipamd.holding;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.dataplane.DataplaneCalls;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.Find;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolMessage.Release;
import io.vpccni.ipamd.pool.PoolMessage.Undo;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.ReleaseReply;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This is what all attachments of this node hold, and how that ends. It asks both owners as if they
 * were one: the pool for its addresses and the list of branch pods for theirs.
 */
public final class Holdings {
  private static final Logger log = LoggerFactory.getLogger(Holdings.class);

  private final EventBus bus;
  private final DataplaneCalls dataplane;

  public Holdings(EventBus bus) {
    this.bus = bus;
    this.dataplane = new DataplaneCalls(bus);
  }

  /** Says why something is held still: the data plane or the disk did not do its part. */
  public static final class NotEnded extends RuntimeException {
    NotEnded(String why) {
      super(why, null, false, false); // an expected outcome needs no stack
    }
  }

  /** Finds what an attachment holds. */
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

  /** Finds what the pool has given to this interface of this container, for whichever network. */
  Future<Optional<Holding>> ofPool(Attachment attachment) {
    return PoolEndpoints.VIEW
        .ask(bus, new ReadView(), PoolEndpoints.DEADLINE)
        .map(view -> of(attachment, view.holdings()));
  }

  /** Finds the branch ENI of this interface of this container, for whichever network. */
  Future<Optional<Holding>> ofBranches(Attachment attachment) {
    return branches().map(pods -> of(attachment, pods));
  }

  private static Optional<Holding> of(Attachment attachment, List<Holding> holdings) {
    return holdings.stream()
        .filter(holding -> holding.attachment().sameInterface(attachment))
        .findFirst();
  }

  /** Lists what all attachments hold. */
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
   * Ends a holding. The rules and routes go first, so that the next pod with the address never
   * meets them; the address follows. Fails with {@link NotEnded}, and the address stays taken.
   */
  public Future<Void> end(Holding holding) {
    return detach(holding).compose(veths -> release(holding.attachment(), veths)).mapEmpty();
  }

  /**
   * Ends a holding for a caller that removes the rules and routes itself. The data plane removes
   * them all the same, because it would put back what disappears before it is told; where it
   * cannot, the caller's own removal has to do.
   */
  public Future<Void> endWithCaller(Holding holding) {
    return detach(holding)
        .otherwise(List.of())
        .compose(veths -> release(holding.attachment(), veths))
        .mapEmpty();
  }

  /**
   * Ends what {@link #find} does not know: an entry that a very old version wrote has other names,
   * and only the pool recognizes it. The result is what was held, if anything was.
   */
  public Future<Optional<Holding>> endUnlisted(Attachment attachment) {
    return release(attachment, List.of())
        .compose(old -> old.isEmpty() ? Future.succeededFuture(old) : end(old.get()).map(old));
  }

  /**
   * Ends a holding that the kernel never saw: its address needs no rest. Fails with {@link
   * NotEnded}.
   */
  Future<Void> endUnwired(Holding holding) {
    return PoolEndpoints.UNDO
        .ask(bus, new Undo(holding.attachment()), PoolEndpoints.DEADLINE)
        .compose(reply -> released(holding.attachment(), reply))
        .mapEmpty();
  }

  /** Completes with the host veths that are still to be deleted. */
  private Future<List<String>> detach(Holding holding) {
    return Measured.timed(bus, Phase.NET_PROGRAMMER, () -> dataplane.detach(holding))
        .compose(
            reply ->
                switch (reply) {
                  case DataplaneReply.Detached(var veths) -> Future.succeededFuture(veths);
                  case DataplaneReply.Refused(var why, var message)
                      when why == DataplaneReply.Why.INVALID -> {
                    log.atWarn()
                        .addKeyValue(LogKeys.POD, holding.pod())
                        .addKeyValue(LogKeys.WHY, message)
                        .log("Nothing to detach; the address is released");
                    yield Future.succeededFuture(List.of());
                  }
                  case DataplaneReply.Failed failed ->
                      Future.failedFuture(new NotEnded(failed.message()));
                });
  }

  /** Completes with what the pool held, if it was the pool's, once that is on disk. */
  private Future<Optional<Holding>> release(Attachment attachment, List<String> pendingVeths) {
    return PoolEndpoints.RELEASE
        .ask(bus, new Release(attachment, pendingVeths), PoolEndpoints.DEADLINE)
        .compose(reply -> released(attachment, reply));
  }

  private Future<Optional<Holding>> released(Attachment attachment, ReleaseReply reply) {
    return switch (reply) {
      case ReleaseReply.Released(var holding) -> Future.succeededFuture(Optional.of(holding));
      case ReleaseReply.Unknown() ->
          BranchPods.FORGET
              .ask(bus, new BranchPods.Forget(attachment), BranchPods.DEADLINE)
              .map(Optional.empty());
      case ReleaseReply.NotSaved(var why) ->
          Future.failedFuture(new NotEnded("the release could not be written: " + why));
    };
  }
}
