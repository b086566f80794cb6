package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vpccni.ipamd.branch.BranchLookup.Answer.Branch;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.holding.Holdings;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.log.PodLog;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.LinkNames;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.rpc.frame.CniAnswer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out one DEL. */
final class DelCall {
  private static final Logger log = LoggerFactory.getLogger(DelCall.class);

  private final NodeServices node;
  private final CniCall call;

  DelCall(NodeServices node, CniCall call) {
    this.node = node;
    this.call = call;
  }

  /**
   * Ends the pod's attachment: its rules and routes go first, so that the next pod with the address
   * never meets them, then its address, and its annotation and policies with it. Its veth pair goes
   * afterwards, since nobody waits for that. A pod that nobody here remembers is ended by what the
   * runtime, or its annotation, says of it; if nothing does, the DEL succeeds.
   */
  Future<CniAnswer> run() {
    if (!Rehearsal.includes(call.attachment())) {
      new Counted(Counter.DEL_REQUESTS, "PodDeleted").publish(node.bus());
    }
    return node.holdings()
        .find(call.attachment())
        .compose(found -> found.isPresent() ? end(found.get()).map(found) : endUnlisted())
        .onSuccess(ended -> ended.ifPresent(pod -> PodLog.tell("Pod removed", pod)))
        .compose(_ -> endPolicy())
        .map(CniAnswer.of(0, ""))
        .recover(DelCall::again);
  }

  private Future<Void> end(Holding holding) {
    return node.holdings().end(holding).compose(_ -> node.annotation().clearIfPossible(holding));
  }

  /**
   * Asks for the call to be repeated, by the runtime or from the spool, since something could not
   * be ended.
   */
  private static Future<CniAnswer> again(Throwable error) {
    return Future.failedFuture(
        error instanceof Holdings.NotEnded notEnded
            ? CniError.later("del cmd: " + notEnded.getMessage())
            : error);
  }

  private Future<Optional<Holding>> endUnlisted() {
    return node.holdings()
        .endUnlisted(call.attachment())
        .compose(old -> old.isPresent() ? Future.succeededFuture(old) : endFormer());
  }

  /** Ends a pod that another agent served, or this one before its checkpoint was lost. */
  private Future<Optional<Holding>> endFormer() {
    return fromPrevious()
        .compose(told -> told.isPresent() ? Future.succeededFuture(told) : fromAnnotation())
        .compose(
            former ->
                former.isPresent()
                    ? node.holdings().end(former.get()).map(former)
                    : Future.succeededFuture(former));
  }

  /** Reads the result of the pod's ADD, and ignores it if another pod has its address by now. */
  private Future<Optional<Holding>> fromPrevious() {
    var told = FormerPod.of(call);
    if (told.isEmpty()) return Future.succeededFuture(Optional.empty());
    return node.holdings().all().map(holdings -> told.filter(pod -> unclaimed(pod, holdings)));
  }

  private static boolean unclaimed(Holding told, List<Holding> holdings) {
    var taken =
        holdings.stream()
            .flatMap(holding -> holding.addresses().stream())
            .map(HeldAddress::ip)
            .collect(Collectors.toSet());
    boolean unclaimed = told.addresses().stream().noneMatch(held -> taken.contains(held.ip()));
    if (!unclaimed) {
      log.atInfo()
          .addKeyValue(LogKeys.POD, told.pod())
          .log("Nothing is removed for an unknown pod, because another pod has its address");
    }
    return unclaimed;
  }

  private Future<Optional<Holding>> fromAnnotation() {
    return node.branches().former(call.pod(), call.uid()).map(branch -> branch.map(this::holding));
  }

  private Holding holding(Branch found) {
    var veth = LinkNames.branchVeth(call.conf().vethPrefix(), call.pod(), found.eni());
    return new Holding(
        call.attachment(),
        call.pod(),
        new Wiring(call.netns(), List.of(veth), Wiring.By.PLUGIN, Optional.of(found.eni())),
        List.of(found.held()),
        Optional.empty(),
        Instant.EPOCH);
  }

  /**
   * Ends the pod's policies, unless another sandbox or interface of the pod lives on: a DEL of an
   * old sandbox may come late. It never fails, since a policy agent that is away must not keep a
   * pod from ending.
   */
  private Future<?> endPolicy() {
    if (node.config().policyMode().isEmpty() || !call.pod().known()) {
      return Future.succeededFuture();
    }
    return node.holdings()
        .all()
        .map(holdings -> holdings.stream().anyMatch(held -> held.pod().equals(call.pod())))
        .compose(lives -> lives ? Future.succeededFuture() : deletePolicy())
        .otherwiseEmpty();
  }

  private Future<?> deletePolicy() {
    return node.timed(Phase.NET_PROGRAMMER, () -> node.dataplane().deletePolicy(call.pod()))
        .onSuccess(
            reply -> {
              boolean done =
                  switch (reply) {
                    case DataplaneReply.PolicyAnswered(var success) -> success;
                    case DataplaneReply.Failed _ -> false;
                  };
              if (!done) {
                log.atWarn()
                    .addKeyValue(LogKeys.POD, call.pod())
                    .addKeyValue(LogKeys.REPLY, reply)
                    .log("The policy agent did not forget the pod");
              }
            });
  }
}
