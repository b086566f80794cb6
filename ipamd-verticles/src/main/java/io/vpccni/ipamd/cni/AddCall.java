package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.WiredPair;
import io.vpccni.ipamd.holding.Cancellation;
import io.vpccni.ipamd.holding.PodAddresses;
import io.vpccni.ipamd.holding.PodAddresses.Taken;
import io.vpccni.ipamd.holding.PodAddresses.Traces;
import io.vpccni.ipamd.log.PodLog;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.retry.VertxTimers;
import io.vpccni.rpc.frame.CniAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Carries out one ADD. An object serves one call only. */
final class AddCall {
  private static final String NO_ADDRESS = "add cmd: failed to assign an IP address to container: ";
  private static final Duration RECONNECTED = Duration.ofMillis(100);
  private static final String NOT_WIRED = "add command: failed to setup network: ";

  private final NodeServices node;
  private final CniCall call;
  private final Cancellation caller;

  private final Instant began;

  /** This is what the pod has in the kernel if this call fails now. */
  private Traces traces = Traces.NONE;

  AddCall(NodeServices node, CniCall call, Cancellation caller) {
    this.node = node;
    this.call = call;
    this.caller = caller;
    this.began = node.clock().instant();
  }

  /**
   * Gives the pod an address and wires it. A VPC address belongs to one pod alone, so there is no
   * bridge and no subnet behind it. The pod has the address as a /32 on its end of a veth pair; its
   * default route goes to 169.254.1.1 (fe80::1), which no machine has: a permanent neighbour entry
   * maps that to the MAC of the pair's host end, so that each packet arrives at the host and is
   * routed there. On the host, one route leads to the pod through the pair, one rule (512) sends
   * what is for the pod to table main, where that route is, and, if the address is not one of the
   * primary ENI's, one more rule (1536) sends what is from the pod to the table of its ENI.
   *
   * <p>What fails half-way is undone before the answer, which tells the first error.
   */
  Future<CniAnswer> run() {
    new Counted(Counter.ADD_REQUESTS, "").publish(node.bus());
    return requireDataplane()
        .compose(_ -> takeAddress())
        .compose(
            taken ->
                requireCaller()
                    .compose(_ -> wireAndSave(taken))
                    .compose(pairs -> finish(taken.holding(), pairs))
                    .recover(error -> undo(taken, error)));
  }

  private Future<CniAnswer> finish(Holding holding, List<WiredPair> pairs) {
    return node.timed(
        Phase.REPLY,
        () ->
            annotate(holding)
                .compose(_ -> enforcePolicy(holding))
                .compose(_ -> requireCaller())
                .map(_ -> result(holding, pairs))
                .onSuccess(_ -> PodLog.tell("Pod added", holding)));
  }

  private Future<Void> requireDataplane() {
    return node.obstacle()
        .<Future<Void>>map(why -> Future.failedFuture(CniError.later("add cmd: " + why)))
        .orElseGet(Future::succeededFuture);
  }

  /** Fails once nobody waits for the result any more. */
  private Future<Void> requireCaller() {
    return caller.cancelled() ? Future.failedFuture(gone()) : Future.succeededFuture();
  }

  private Future<Taken> takeAddress() {
    var need =
        new PodAddresses.Need(
            call.attachment(),
            call.pod(),
            call.uid(),
            call.netns(),
            Wiring.By.PROGRAMMER,
            call.conf().vethPrefix(),
            call.conf().strict(),
            call.conf().everyCard());
    return node.addresses()
        .take(need, caller)
        .recover(error -> Future.failedFuture(caller.cancelled() ? gone() : error))
        .compose(
            outcome ->
                switch (outcome) {
                  case Taken taken -> Future.succeededFuture(taken);
                  case PodAddresses.TryLater(var why) ->
                      Future.failedFuture(CniError.later(NO_ADDRESS + why));
                  case PodAddresses.Invalid(var why) ->
                      Future.failedFuture(CniError.plugin(NO_ADDRESS + why));
                });
  }

  /**
   * Wires the pod while its entry is being written, since neither needs the other, and waits for
   * both, so that whatever fails finds nothing under way that it would have to undo later.
   */
  private Future<List<WiredPair>> wireAndSave(Taken taken) {
    var wired = wire(taken.holding());
    var saved =
        taken
            .saved()
            .recover(error -> Future.failedFuture(CniError.later(NO_ADDRESS + error.getMessage())));
    return Future.join(wired, saved).map(_ -> wired.result());
  }

  private Future<List<WiredPair>> wire(Holding holding) {
    return node.timed(
            Phase.NET_PROGRAMMER, () -> node.dataplane().attach(holding, call.conf().mtu()))
        .compose(
            reply ->
                switch (reply) {
                  case DataplaneReply.Attached(var pairs) -> {
                    traces = Traces.WIRED;
                    yield Future.succeededFuture(pairs);
                  }
                  // Nothing was done: this is a matter of time, as is a lost connection.
                  case DataplaneReply.Refused(var why, var message)
                      when why == DataplaneReply.Why.BUSY ->
                      wireAgain(holding, message);
                  case DataplaneReply.Refused(var why, var message) -> notWired(why, message);
                  case DataplaneReply.Unavailable(var message, var outcomeUnknown) -> {
                    if (outcomeUnknown) traces = Traces.WIRED;
                    yield wireAgain(holding, message);
                  }
                });
  }

  /**
   * Repeats an attach that was not answered or not begun, once net-programmer is there and as long
   * as an ADD may wait. Repeating it is safe, since it finds what the first one made.
   */
  private Future<List<WiredPair>> wireAgain(Holding holding, String why) {
    // The news of a lost connection may come after the failure of what was asked over it.
    return new VertxTimers(node.vertx())
        .pause(RECONNECTED)
        .compose(_ -> node.gate().await(patience(), caller))
        .compose(
            open ->
                open && patience().isPositive() && !caller.cancelled()
                    ? wire(holding)
                    : Future.failedFuture(CniError.later(NOT_WIRED + why)));
  }

  /** Returns how much longer this call may wait for net-programmer. */
  private Duration patience() {
    var since = Duration.between(began, node.clock().instant());
    return node.config().pool().waiting().longest().minus(since);
  }

  private Future<List<WiredPair>> notWired(DataplaneReply.Why why, String message) {
    if (why == DataplaneReply.Why.FAILED) traces = Traces.WIRED;
    return Future.failedFuture(CniError.plugin(NOT_WIRED + message));
  }

  private Future<Void> annotate(Holding holding) {
    return node.annotation()
        .set(holding, call.uid())
        .recover(
            error ->
                Future.failedFuture(
                    CniError.later(
                        NO_ADDRESS + "the pod could not be annotated: " + error.getMessage())));
  }

  private Future<Void> enforcePolicy(Holding holding) {
    var mode = node.config().policyMode();
    if (mode.isEmpty()) return Future.succeededFuture();
    int interfaces = holding.addresses().size();
    return node.timed(
            Phase.NET_PROGRAMMER,
            () -> node.dataplane().enforcePolicy(call.pod(), mode.get(), interfaces))
        .compose(
            reply ->
                switch (reply) {
                  case DataplaneReply.PolicyAnswered(var done) when done ->
                      Future.succeededFuture();
                  case DataplaneReply.PolicyAnswered _ ->
                      policyRefused("the network policy agent refused the pod");
                  case DataplaneReply.Failed failed -> policyRefused(failed.message());
                });
  }

  private static Future<Void> policyRefused(String why) {
    return Future.failedFuture(CniError.plugin("add cmd: failed to setup network policy: " + why));
  }

  private CniAnswer result(Holding holding, List<WiredPair> pairs) {
    var result = PodResult.of(holding, call.conf().vethPrefix());
    int own = Math.min(holding.addresses().size(), pairs.size());
    // podman names a container and no namespace, and refuses a result whose MACs are none. What the
    // reference's DEL reads there is for kubelet's pods only.
    boolean kubelets =
        !call.pod().namespace().isEmpty()
            || call.pod().name().isEmpty()
            || own < holding.addresses().size();
    var macs = pairs.subList(0, own).stream().map(WiredPair::mac).toList();
    var shaped =
        (kubelets ? result : result.withMacs(macs))
            .withEgress(pairs.subList(own, pairs.size()), call.netns());
    return CniError.requireFits(
        CniAnswer.of(0, shaped.print(call.conf().version(), call.conf().previous())));
  }

  private <T> Future<T> undo(Taken taken, Throwable error) {
    return node.addresses().giveBack(taken, traces).transform(_ -> Future.failedFuture(error));
  }

  private static CniError gone() {
    return CniError.later("the caller went away");
  }
}
