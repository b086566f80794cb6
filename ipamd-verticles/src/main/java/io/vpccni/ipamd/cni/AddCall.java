package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.WiredPair;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.link.LinkNames;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.AssignReply.Granted;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.Holding;
import io.vpccni.ipamd.pool.Wiring;
import io.vpccni.ipamd.pool.service.CallIds;
import io.vpccni.ipamd.pool.service.PoolEndpoints;
import io.vpccni.ipamd.pool.service.PoolMessage.Assign;
import io.vpccni.ipamd.pool.service.PoolMessage.Assigned;
import io.vpccni.ipamd.pool.service.PoolMessage.Cancel;
import io.vpccni.ipamd.pool.service.PoolMessage.Release;
import io.vpccni.rpc.frame.CniAnswer;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ADD: an address, the pod's links, the policy agent, the result. What fails half-way is undone
 * before the answer, and the first error is the one that is told.
 */
final class AddCall {
  private static final Logger log = LoggerFactory.getLogger(AddCall.class);

  /** What every ADD needs of the agent. */
  record Parts(
      EventBus bus,
      AgentConfig config,
      CallIds ids,
      Function<DataplaneRequest, Future<DataplaneReply>> dataplane) {}

  private final Parts parts;
  private final CniCall call;
  private final Cancellation caller;

  AddCall(Parts parts, CniCall call, Cancellation caller) {
    this.parts = parts;
    this.call = call;
    this.caller = caller;
  }

  Future<CniAnswer> run() {
    return assign()
        .compose(
            assigned ->
                switch (assigned.reply()) {
                  case Granted granted -> wire(granted, assigned.fresh());
                  case AssignReply.Refused refused -> Future.failedFuture(error(refused));
                });
  }

  private Future<Assigned> assign() {
    var id = parts.ids.next();
    long start = System.nanoTime();
    var wiring = new Wiring(call.netns(), hostVeths(), Wiring.By.PROGRAMMER);
    var request = new Assign(id, call.attachment(), call.pod(), wiring, call.conf().everyCard());
    caller.onCancel(
        () -> PoolEndpoints.CANCEL.ask(parts.bus, new Cancel(id), PoolEndpoints.DEADLINE));
    return PoolEndpoints.ASSIGN
        .ask(parts.bus, request, PoolEndpoints.ASSIGN_DEADLINE)
        .recover(
            error ->
                Future.failedFuture(
                    caller.cancelled() ? CniError.later("the caller went away") : error))
        .onComplete(
            done -> Measured.since(start, Phase.ASSIGN, done.succeeded()).publish(parts.bus));
  }

  /** How many there will be is known only afterwards: a multi-NIC pod gets one per card. */
  private List<String> hostVeths() {
    return call.conf().everyCard()
        ? List.of()
        : LinkNames.hostVeths(call.conf().vethPrefix(), call.pod(), 1);
  }

  private Future<CniAnswer> wire(Granted granted, boolean fresh) {
    var holding = in(granted.holding(), call.netns());
    if (caller.cancelled()) return undo(holding, fresh, true, gone());
    return parts
        .dataplane
        .apply(new DataplaneRequest.Attach(holding, call.conf().mtu()))
        .compose(
            reply ->
                switch (reply) {
                  case DataplaneReply.Attached(var pairs) -> finish(granted, holding, fresh, pairs);
                  case DataplaneReply.Refused refused ->
                      undo(
                          holding,
                          fresh,
                          refused.why() == DataplaneReply.Why.FAILED,
                          error(refused));
                  case DataplaneReply.Unavailable(var message, var unknown) ->
                      undo(
                          holding,
                          fresh,
                          unknown,
                          CniError.later("add command: failed to setup network: " + message));
                  default ->
                      undo(
                          holding,
                          fresh,
                          true,
                          CniError.plugin("unexpected answer of net-programmer: " + reply));
                });
  }

  private Future<CniAnswer> finish(
      Granted granted, Holding holding, boolean fresh, List<WiredPair> pairs) {
    if (caller.cancelled()) return undo(holding, fresh, true, gone());
    return enforcePolicy(granted)
        .compose(
            allowed -> {
              if (caller.cancelled()) return undo(holding, fresh, true, gone());
              return allowed
                  ? Future.succeededFuture(result(granted, pairs))
                  : undo(
                      holding,
                      fresh,
                      true,
                      CniError.plugin("add cmd: failed to setup network policy"));
            });
  }

  private Future<Boolean> enforcePolicy(Granted granted) {
    var mode = parts.config.policyMode();
    if (mode.isEmpty()) return Future.succeededFuture(true);
    return parts
        .dataplane
        .apply(
            new DataplaneRequest.EnforcePolicy(call.pod(), mode.get(), granted.addresses().size()))
        .map(
            reply -> {
              boolean allowed = reply instanceof DataplaneReply.PolicyAnswered(var done) && done;
              if (!allowed) {
                log.atWarn()
                    .addKeyValue("pod", call.pod())
                    .addKeyValue("reply", reply)
                    .log("the policy agent did not take the pod");
              }
              return allowed;
            });
  }

  private CniAnswer result(Granted granted, List<WiredPair> pairs) {
    log.atInfo()
        .addKeyValue("pod", call.pod())
        .addKeyValue("container", call.attachment().containerId())
        .addKeyValue("ip", granted.addresses().getFirst().ip())
        .log("pod added");
    var result =
        PodResult.of(
            call.attachment().ifName(),
            call.netns(),
            call.pod(),
            call.conf().vethPrefix(),
            granted.addresses());
    // podman names a container and no namespace, and refuses a result whose MACs are none. What the
    // reference's DEL reads there is for kubelet's pods only.
    int own = Math.min(granted.addresses().size(), pairs.size());
    boolean kubelets =
        !call.pod().namespace().isEmpty()
            || call.pod().name().isEmpty()
            || own < granted.addresses().size();
    var macs = pairs.subList(0, own).stream().map(WiredPair::mac).toList();
    return CniAnswer.of(
        0,
        (kubelets ? result : result.withMacs(macs))
            .withEgress(pairs.subList(own, pairs.size()), call.netns())
            .print(call.conf().version()));
  }

  // ---- what fails

  /**
   * @param touched whether the kernel may bear traces of this call
   */
  private Future<CniAnswer> undo(Holding holding, boolean fresh, boolean touched, Throwable error) {
    // A repeated ADD must not take away what the first one gave to a running pod.
    if (!fresh) return Future.failedFuture(error);
    new Counted(Counter.DEL_REQUESTS, "SetupNSFailed").publish(parts.bus);
    var detached =
        touched
            ? parts.dataplane.apply(new DataplaneRequest.Detach(holding))
            : Future.<DataplaneReply>succeededFuture(new DataplaneReply.Detached(List.of()));
    return detached
        .compose(
            reply ->
                reply instanceof DataplaneReply.Detached(var veths)
                    ? PoolEndpoints.RELEASE
                        .ask(
                            parts.bus,
                            new Release(holding.attachment(), veths),
                            PoolEndpoints.DEADLINE)
                        .mapEmpty()
                    // Links may be left: the address stays taken until DEL, GC or the audit.
                    : Future.failedFuture(reply.toString()))
        .onFailure(
            kept ->
                log.atWarn()
                    .addKeyValue("pod", holding.pod())
                    .addKeyValue("why", kept.toString())
                    .log("a failed ADD is not undone yet"))
        .transform(_ -> Future.failedFuture(error));
  }

  private static CniError gone() {
    return CniError.later("the caller went away");
  }

  private CniError error(AssignReply.Refused refused) {
    if (refused.reason() == Reason.NO_ADDRESS || refused.reason() == Reason.TIMED_OUT) {
      new Counted(Counter.NO_ADDRESS, "").publish(parts.bus);
    }
    var text = "add cmd: failed to assign an IP address to container: " + refused.message();
    return refused.reason() == Reason.INVALID ? CniError.plugin(text) : CniError.later(text);
  }

  private static CniError error(DataplaneReply.Refused refused) {
    var text = "add command: failed to setup network: " + refused.message();
    return refused.why() == DataplaneReply.Why.BUSY ? CniError.later(text) : CniError.plugin(text);
  }

  /** The sandbox of this call: an entry may be older than it, or not know it. */
  static Holding in(Holding holding, String netns) {
    var wiring = holding.wiring();
    return new Holding(
        holding.attachment(),
        holding.pod(),
        new Wiring(netns, wiring.hostVeths(), wiring.by()),
        holding.addresses(),
        holding.egress(),
        holding.assignedAt());
  }
}
