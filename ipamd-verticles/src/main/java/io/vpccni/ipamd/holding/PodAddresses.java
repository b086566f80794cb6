package io.vpccni.ipamd.holding;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.branch.BranchLookup;
import io.vpccni.ipamd.branch.BranchLookup.Answer;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.LinkNames;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.Assign;
import io.vpccni.ipamd.pool.PoolMessage.AwaitSaved;
import io.vpccni.ipamd.pool.PoolMessage.Cancel;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a pod's address and gives it back when the call that took it fails. Calls by both sockets
 * come through here, so that the same pod is served in the same way whichever plugin asks.
 */
public final class PodAddresses {
  private static final Logger log = LoggerFactory.getLogger(PodAddresses.class);

  private final EventBus bus;
  private final CallIds ids;
  private final BranchLookup branches;
  private final Holdings holdings;
  private final PodIpAnnotation annotation;

  public PodAddresses(Vertx vertx, AgentConfig config, CallIds ids) {
    this.bus = vertx.eventBus();
    this.ids = ids;
    this.branches = new BranchLookup(vertx, config);
    this.holdings = new Holdings(bus);
    this.annotation = new PodIpAnnotation(bus, config);
  }

  /**
   * Describes a pod that needs an address.
   *
   * @param uid of the pod; empty where the caller does not know it
   * @param netns path of the sandbox's network namespace
   * @param wiredBy who makes the pod's interfaces
   * @param vethPrefix first characters of the host veth's name, 4 bytes at most
   * @param strict how the pod's security groups are enforced if it has a branch ENI
   * @param everyCard whether the pod asks for one address on each network card
   */
  public record Need(
      Attachment attachment,
      PodRef pod,
      String uid,
      String netns,
      Wiring.By wiredBy,
      String vethPrefix,
      boolean strict,
      boolean everyCard) {}

  /** This is what became of a {@link Need}. */
  public sealed interface Outcome {}

  /**
   * The pod has its addresses.
   *
   * @param fresh false where the attachment held them before this call: a running pod may use them,
   *     so {@link #giveBack} leaves them alone
   * @param saved succeeds once that is on disk, and fails with {@link NotSaved} if it cannot be
   *     written; a pod may be wired before, but its runtime is answered afterwards
   */
  public record Taken(Holding holding, boolean fresh, Future<Void> saved) implements Outcome {
    private static Taken onDisk(Holding holding, boolean fresh) {
      return new Taken(holding, fresh, Future.succeededFuture());
    }
  }

  /** Says why the pod's entry is not on disk. */
  public static final class NotSaved extends RuntimeException {
    NotSaved(String why) {
      super(why, null, false, false); // an expected outcome needs no stack
    }
  }

  /** The pod has no address; the reason is a sentence for people. */
  public sealed interface Refused extends Outcome {
    String why();
  }

  /** The pod has no address now; a later call may get one. */
  public record TryLater(String why) implements Refused {}

  /** The call itself is wrong: repeating it cannot help. */
  public record Invalid(String why) implements Refused {}

  /**
   * Takes addresses from the pool, or the pod's branch ENI, and waits where waiting can help. A
   * caller that goes away waits no longer; the future then fails.
   */
  public Future<Outcome> take(Need need, Cancellation caller) {
    return branches
        .await(need.pod, need.uid, need.strict, caller::cancelled)
        .compose(
            answer ->
                switch (answer) {
                  case Answer.Ordinary _ ->
                      unlessHeld(
                          holdings.ofBranches(need.attachment), () -> fromPool(need, caller));
                  case Answer.Branch branch ->
                      unlessHeld(holdings.ofPool(need.attachment), () -> fromBranch(need, branch));
                  case Answer.NotYet(var why) -> Future.succeededFuture(new TryLater(why));
                });
  }

  /** Refuses a second address for one interface, which the other owner cannot know of. */
  private static Future<Outcome> unlessHeld(
      Future<Optional<Holding>> byOther, Supplier<Future<Outcome>> take) {
    return byOther.compose(
        held ->
            held.<Future<Outcome>>map(
                    other -> Future.succeededFuture(new Invalid(alreadyHeld(other))))
                .orElseGet(take));
  }

  private static String alreadyHeld(Holding other) {
    return "the container's interface %s has the address %s already, which is %s: end that attachment first"
        .formatted(
            other.attachment().ifName(),
            other.addresses().getFirst().ip(),
            other.wiring().branch().isPresent()
                ? "that of a branch ENI"
                : "one of the node's own ENIs");
  }

  private Future<Outcome> fromPool(Need need, Cancellation caller) {
    var wiring = new Wiring(need.netns, hostVeths(need), need.wiredBy);
    var request = new Assign(ids.next(), need.attachment, need.pod, wiring, need.everyCard);
    caller.onCancel(
        () -> PoolEndpoints.CANCEL.ask(bus, new Cancel(request.call()), PoolEndpoints.DEADLINE));
    return Measured.timed(
            bus,
            Phase.ASSIGN,
            () -> PoolEndpoints.ASSIGN.ask(bus, request, PoolEndpoints.ASSIGN_DEADLINE))
        .map(
            assigned ->
                switch (assigned.reply()) {
                  case AssignReply.Granted(var holding) ->
                      Taken.onDisk(holding.in(need.netns), assigned.fresh());
                  case AssignReply.Reserved(var holding) ->
                      new Taken(holding.in(need.netns), assigned.fresh(), saved(request.call()));
                  case AssignReply.Refused refused -> refused(refused);
                });
  }

  private Future<Void> saved(CallId call) {
    return PoolEndpoints.SAVED
        .ask(bus, new AwaitSaved(call), PoolEndpoints.DEADLINE)
        .compose(
            saved ->
                switch (saved.reply()) {
                  case AssignReply.Granted _ -> Future.succeededFuture();
                  case AssignReply.Refused(var _, var why, var _) ->
                      Future.failedFuture(new NotSaved(why));
                });
  }

  /** The pool names the others: only it knows how many interfaces a multi-NIC pod gets. */
  private static List<String> hostVeths(Need need) {
    return LinkNames.hostVeths(need.vethPrefix, need.pod, 1);
  }

  private Refused refused(AssignReply.Refused refused) {
    return switch (refused.reason()) {
      case NO_ADDRESS, TIMED_OUT -> {
        new Counted(Counter.NO_ADDRESS, "").publish(bus);
        yield new TryLater(refused.message());
      }
      case TOO_MANY_WAITING, DELETED, NOT_SAVED -> new TryLater(refused.message());
      case INVALID -> new Invalid(refused.message());
    };
  }

  private Future<Outcome> fromBranch(Need need, Answer.Branch branch) {
    var veth = LinkNames.branchVeth(need.vethPrefix, need.pod, branch.eni());
    var wiring = new Wiring(need.netns, List.of(veth), need.wiredBy, Optional.of(branch.eni()));
    return BranchPods.KEEP
        .ask(
            bus,
            new BranchPods.Keep(need.attachment, need.pod, wiring, branch.held()),
            BranchPods.DEADLINE)
        .map(
            reply ->
                switch (reply) {
                  case BranchPods.Kept(var holding, var fresh) -> Taken.onDisk(holding, fresh);
                  case BranchPods.NotSaved(var why) -> new TryLater(why);
                  case BranchPods.InUse(var why) -> new Invalid(why);
                });
  }

  /** This is what a pod may have in the kernel when its ADD fails. */
  public enum Traces {
    NONE,
    /** There may be links, rules or routes of the pod. */
    WIRED
  }

  /**
   * Takes back what a call took that now fails. It never fails: what cannot be undone stays taken
   * until a DEL, a GC or the pool's audit ends it.
   */
  public Future<Void> giveBack(Taken taken, Traces traces) {
    if (!taken.fresh) return Future.succeededFuture();
    new Counted(Counter.DEL_REQUESTS, "SetupNSFailed").publish(bus);
    var undone =
        switch (traces) {
          case NONE -> holdings.endUnwired(taken.holding);
          case WIRED -> holdings.end(taken.holding);
        };
    return undone
        .compose(_ -> annotation.clearIfPossible(taken.holding))
        .onFailure(
            kept ->
                log.atWarn()
                    .addKeyValue(LogKeys.POD, taken.holding.pod())
                    .addKeyValue(LogKeys.WHY, kept.toString())
                    .log("A failed ADD is not undone yet"))
        .otherwiseEmpty();
  }
}
