package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.branch.service.BranchLookup.Answer;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.WiredPair;
import io.vpccni.ipamd.holding.Cancellation;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.LinkNames;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.AssignReply.Granted;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.PoolMessage.Assign;
import io.vpccni.rpc.frame.CniAnswer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ADD: an address, the pod's links, those who have to know of it, the result. What fails
 * half-way is undone before the answer, and the first error is the one that is told.
 */
final class AddCall {
  private static final Logger log = LoggerFactory.getLogger(AddCall.class);
  private static final String NO_ADDRESS = "add cmd: failed to assign an IP address to container: ";
  private static final String NOT_WIRED = "add command: failed to setup network: ";

  private final NodeServices node;
  private final CniCall call;
  private final Cancellation caller;

  AddCall(NodeServices node, CniCall call, Cancellation caller) {
    this.node = node;
    this.call = call;
    this.caller = caller;
  }

  /**
   * What this call holds.
   *
   * @param fresh false where the attachment held it before: it must not be taken away
   */
  private record Taken(Holding holding, boolean fresh) {}

  Future<CniAnswer> run() {
    new Counted(Counter.ADD_REQUESTS, "").publish(node.bus());
    if (node.obstacle().isPresent()) {
      return Future.failedFuture(CniError.later("add cmd: " + node.obstacle().get()));
    }
    return node.branches()
        .await(call.pod(), call.uid(), call.conf().strict(), caller::cancelled)
        .compose(
            answer ->
                switch (answer) {
                  case Answer.Ordinary _ -> fromPool();
                  case Answer.Branch branch -> fromBranch(branch);
                  case Answer.NotYet(var why) ->
                      Future.failedFuture(CniError.later(NO_ADDRESS + why));
                })
        .compose(taken -> caller.cancelled() ? undo(taken, false, gone()) : wire(taken));
  }

  // ---- the address

  private Future<Taken> fromPool() {
    long start = System.nanoTime();
    var wiring = new Wiring(call.netns(), hostVeths(), Wiring.By.PROGRAMMER);
    var request =
        new Assign(
            node.ids().next(), call.attachment(), call.pod(), wiring, call.conf().everyCard());
    return node.holdings()
        .assign(request, caller)
        .recover(error -> Future.failedFuture(caller.cancelled() ? gone() : error))
        .onComplete(_ -> Measured.since(start, Phase.ASSIGN).publish(node.bus()))
        .compose(
            assigned ->
                switch (assigned.reply()) {
                  case Granted(var holding) ->
                      Future.succeededFuture(new Taken(holding.in(call.netns()), assigned.fresh()));
                  case AssignReply.Refused refused -> Future.failedFuture(error(refused));
                });
  }

  /** How many there will be is known only afterwards: a multi-NIC pod gets one per card. */
  private List<String> hostVeths() {
    return call.conf().everyCard()
        ? List.of()
        : LinkNames.hostVeths(call.conf().vethPrefix(), call.pod(), 1);
  }

  private Future<Taken> fromBranch(Answer.Branch branch) {
    var wiring =
        new Wiring(
            call.netns(),
            List.of(LinkNames.branchVeth(call.conf().vethPrefix(), call.pod(), branch.eni())),
            Wiring.By.PROGRAMMER,
            Optional.of(branch.eni()));
    return BranchPods.KEEP
        .ask(
            node.bus(),
            new BranchPods.Keep(call.attachment(), call.pod(), wiring, branch.held()),
            BranchPods.DEADLINE)
        .compose(
            reply ->
                switch (reply) {
                  case BranchPods.Kept(var holding, var fresh) ->
                      Future.succeededFuture(new Taken(holding, fresh));
                  case BranchPods.NotSaved(var why) ->
                      Future.failedFuture(CniError.later(NO_ADDRESS + why));
                });
  }

  // ---- the links

  private Future<CniAnswer> wire(Taken taken) {
    return node.timed(node.dataplane().attach(taken.holding, call.conf().mtu()))
        .compose(
            reply ->
                switch (reply) {
                  case DataplaneReply.Attached(var pairs) -> finish(taken, pairs);
                  case DataplaneReply.Refused refused ->
                      undo(taken, refused.why() == DataplaneReply.Why.FAILED, error(refused));
                  case DataplaneReply.Unavailable(var message, var unknown) ->
                      undo(taken, unknown, CniError.later(NOT_WIRED + message));
                });
  }

  // ---- others that have to know

  private Future<CniAnswer> finish(Taken taken, List<WiredPair> pairs) {
    long wired = System.nanoTime();
    return annotate(taken.holding)
        .compose(_ -> enforcePolicy(taken.holding))
        .transform(
            done -> {
              if (done.failed()) return undo(taken, true, done.cause());
              if (caller.cancelled()) return undo(taken, true, gone());
              var answer = result(taken.holding, pairs);
              Measured.since(wired, Phase.REPLY).publish(node.bus());
              return Future.succeededFuture(answer);
            });
  }

  private Future<Void> annotate(Holding holding) {
    return node.annotation()
        .set(holding)
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
    return node.timed(node.dataplane().enforcePolicy(call.pod(), mode.get(), interfaces))
        .compose(
            reply ->
                reply instanceof DataplaneReply.PolicyAnswered(var done) && done
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        CniError.plugin(
                            "add cmd: failed to setup network policy: " + refusal(reply))));
  }

  private static String refusal(DataplaneReply.PolicyReply reply) {
    return switch (reply) {
      case DataplaneReply.PolicyAnswered _ -> "the network policy agent refused the pod";
      case DataplaneReply.Failed failed -> failed.message();
    };
  }

  // ---- the result

  private CniAnswer result(Holding holding, List<WiredPair> pairs) {
    log.atInfo()
        .addKeyValue("pod", call.pod())
        .addKeyValue("container", call.attachment().containerId())
        .addKeyValue("ip", holding.addresses().getFirst().ip())
        .log("pod added");
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
    return CniAnswer.of(0, shaped.print(call.conf().version(), call.conf().previous()));
  }

  // ---- what fails

  /**
   * @param touched whether the kernel or others may bear traces of this call
   */
  private <T> Future<T> undo(Taken taken, boolean touched, Throwable error) {
    // A repeated ADD must not take away what the first one gave to a running pod.
    if (!taken.fresh) return Future.failedFuture(error);
    new Counted(Counter.DEL_REQUESTS, "SetupNSFailed").publish(node.bus());
    var undone =
        touched
            ? new DelCall(node).end(taken.holding)
            : node.release(taken.holding.attachment(), List.of());
    return undone
        // Links may be left: the address stays taken until DEL, GC or the audit.
        .onFailure(
            kept ->
                log.atWarn()
                    .addKeyValue("pod", taken.holding.pod())
                    .addKeyValue("why", kept.toString())
                    .log("a failed ADD is not undone yet"))
        .transform(_ -> Future.failedFuture(error));
  }

  private static CniError gone() {
    return CniError.later("the caller went away");
  }

  private CniError error(AssignReply.Refused refused) {
    if (refused.reason() == Reason.NO_ADDRESS || refused.reason() == Reason.TIMED_OUT) {
      new Counted(Counter.NO_ADDRESS, "").publish(node.bus());
    }
    var text = NO_ADDRESS + refused.message();
    return refused.reason() == Reason.INVALID ? CniError.plugin(text) : CniError.later(text);
  }

  private static CniError error(DataplaneReply.Refused refused) {
    var text = NOT_WIRED + refused.message();
    return refused.why() == DataplaneReply.Why.BUSY ? CniError.later(text) : CniError.plugin(text);
  }
}
