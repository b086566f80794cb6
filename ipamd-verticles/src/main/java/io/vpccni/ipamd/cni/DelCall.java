package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vpccni.ipamd.branch.service.BranchLookup.Answer.Branch;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.LinkNames;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.frame.CniAnswer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One DEL. Rules and routes go first, so that a new owner of the address never finds them. What
 * nobody here remembers is ended by what the runtime says of it.
 */
final class DelCall {
  private static final Logger log = LoggerFactory.getLogger(DelCall.class);

  private final NodeServices node;

  DelCall(NodeServices node) {
    this.node = node;
  }

  Future<CniAnswer> run(CniCall call) {
    new Counted(Counter.DEL_REQUESTS, "PodDeleted").publish(node.bus());
    return node.holdings()
        .find(call.attachment())
        .compose(found -> found.isPresent() ? end(found.get()) : endUnknown(call))
        .compose(_ -> endPolicy(call.pod()))
        .map(CniAnswer.of(0, ""));
  }

  /** Of something that is held, whoever asks for its end. */
  Future<Void> end(Holding holding) {
    return detach(holding)
        .compose(veths -> node.release(holding.attachment(), veths))
        .compose(_ -> clearAnnotation(holding));
  }

  /**
   * The host veths that are still to be deleted; empty too where there is nothing that could be
   * detached.
   */
  private Future<List<String>> detach(Holding holding) {
    return node.timed(node.dataplane().detach(holding))
        .compose(
            reply ->
                switch (reply) {
                  case DataplaneReply.Detached(var veths) -> Future.succeededFuture(veths);
                  case DataplaneReply.Refused(var why, var message)
                      when why == DataplaneReply.Why.INVALID -> {
                    log.atWarn()
                        .addKeyValue("pod", holding.pod())
                        .addKeyValue("why", message)
                        .log("nothing to detach; the address is released");
                    yield Future.succeededFuture(List.of());
                  }
                  case DataplaneReply.Failed failed ->
                      Future.failedFuture(NodeServices.later("del cmd", failed));
                });
  }

  // ---- what nobody here remembers

  private Future<Void> endUnknown(CniCall call) {
    // An entry of a very old version has other names: only the pool finds it.
    return node.release(call.attachment(), List.of())
        .compose(
            old ->
                old.isPresent()
                    ? Future.succeededFuture(old)
                    : fromPrevious(call)
                        .compose(
                            told ->
                                told.isPresent() ? Future.succeededFuture(told) : annotated(call)))
        .compose(
            former ->
                former.isEmpty()
                    ? Future.<Void>succeededFuture()
                    : detach(former.get())
                        .compose(veths -> node.release(call.attachment(), veths))
                        .mapEmpty());
  }

  /** What the result of the pod's ADD says, except for addresses that another pod has by now. */
  private Future<Optional<Holding>> fromPrevious(CniCall call) {
    var told = FormerPod.of(call);
    if (told.isEmpty()) return Future.succeededFuture(Optional.empty());
    return node.holdings()
        .all()
        .map(
            holdings ->
                without(
                    told.get(),
                    holdings.stream()
                        .flatMap(holding -> holding.addresses().stream())
                        .map(HeldAddress::ip)
                        .collect(Collectors.toSet())));
  }

  private static Optional<Holding> without(Holding told, Set<Ip> taken) {
    boolean free = told.addresses().stream().noneMatch(held -> taken.contains(held.ip()));
    if (!free) {
      log.atInfo()
          .addKeyValue("pod", told.pod())
          .log("DEL of an unknown pod whose address another pod has: nothing is removed");
    }
    return free ? Optional.of(told) : Optional.empty();
  }

  private Future<Optional<Holding>> annotated(CniCall call) {
    return node.branches()
        .former(call.pod(), call.uid())
        .map(branch -> branch.map(found -> holding(call, found)));
  }

  private static Holding holding(CniCall call, Branch found) {
    var wiring =
        new Wiring(
            call.netns(),
            List.of(LinkNames.branchVeth(call.conf().vethPrefix(), call.pod(), found.eni())),
            Wiring.By.PLUGIN,
            Optional.of(found.eni()));
    return new Holding(
        call.attachment(),
        call.pod(),
        wiring,
        List.of(found.held()),
        Optional.empty(),
        Instant.EPOCH);
  }

  // ---- others that know the pod

  /** Best effort: the pod is about to go, and its annotation with it. */
  private Future<Void> clearAnnotation(Holding holding) {
    return node.annotation()
        .clear(holding)
        .onFailure(
            error ->
                log.atWarn()
                    .addKeyValue("pod", holding.pod())
                    .addKeyValue("why", error.getMessage())
                    .log("the pod's address annotation was not cleared"))
        .otherwiseEmpty();
  }

  /** A policy agent that is away must not keep a pod from ending. */
  private Future<?> endPolicy(PodRef pod) {
    if (node.config().policyMode().isEmpty() || !pod.known()) return Future.succeededFuture();
    return node.timed(node.dataplane().deletePolicy(pod))
        .onSuccess(
            reply -> {
              if (!(reply instanceof DataplaneReply.PolicyAnswered(var done)) || !done) {
                log.atWarn()
                    .addKeyValue("pod", pod)
                    .addKeyValue("reply", reply)
                    .log("the policy agent did not forget the pod");
              }
            });
  }
}
