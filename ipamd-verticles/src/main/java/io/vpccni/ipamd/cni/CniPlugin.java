package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.pool.Attachment;
import io.vpccni.ipamd.pool.Holding;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.service.CallIds;
import io.vpccni.ipamd.pool.service.PoolEndpoints;
import io.vpccni.ipamd.pool.service.PoolMessage.AskHealth;
import io.vpccni.ipamd.pool.service.PoolMessage.Find;
import io.vpccni.ipamd.pool.service.PoolMessage.Found;
import io.vpccni.ipamd.pool.service.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.service.PoolMessage.Release;
import io.vpccni.rpc.frame.CniAnswer;
import io.vpccni.rpc.frame.CniRequest;
import java.util.HashSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The CNI verbs. Every call is answered, whatever happens. One context only. */
final class CniPlugin {
  private static final Logger log = LoggerFactory.getLogger(CniPlugin.class);
  private static final CniAnswer DONE = CniAnswer.of(0, "");

  private final EventBus bus;
  private final AddCall.Parts parts;
  private final AgentConfig config;
  private final BooleanSupplier connected;
  private final Turns turns = new Turns();

  /**
   * @param connected whether net-programmer knows the wished state
   */
  CniPlugin(Vertx vertx, AgentConfig config, CallIds ids, BooleanSupplier connected) {
    this.bus = vertx.eventBus();
    this.config = config;
    this.connected = connected;
    this.parts = new AddCall.Parts(bus, config, ids, this::dataplane);
  }

  Future<CniAnswer> handle(CniRequest request, Cancellation caller) {
    long start = System.nanoTime();
    return Future.succeededFuture(request)
        .compose(
            given ->
                given.program().equals(EgressPlugin.NAME)
                    ? Future.succeededFuture(EgressPlugin.answer(given))
                    : perform(CniCall.parse(given.env(), given.stdin()), start, caller))
        .otherwise(error -> answer(request, error));
  }

  /**
   * One call of each kind that changes nothing, before the first pod comes: the first call of a JVM
   * spends most of its time on loading classes. Never fails.
   */
  Future<Void> rehearse() {
    return Rehearsal.requests().stream()
        .reduce(
            Future.<Void>succeededFuture(),
            (before, request) ->
                before.compose(_ -> handle(request, new Cancellation()).mapEmpty()),
            (one, other) -> one.compose(_ -> other))
        .onSuccess(_ -> Rehearsal.print())
        .otherwiseEmpty();
  }

  private Future<CniAnswer> perform(CniCall call, long start, Cancellation caller) {
    measure(start, Phase.PARSE, true);
    return switch (call.verb()) {
      case ADD ->
          timed(start, Phase.ADD, turns.add(call.attachment(), caller, () -> add(call, caller)));
      case DEL -> timed(start, Phase.DEL, turns.del(call.attachment(), () -> delete(call)));
      case CHECK -> turns.take(call.attachment(), () -> check(call));
      case GC -> collect(call);
      case STATUS -> status();
    };
  }

  private Future<CniAnswer> add(CniCall call, Cancellation caller) {
    new Counted(Counter.ADD_REQUESTS, "").publish(bus);
    return connected.getAsBoolean()
        ? new AddCall(parts, call, caller).run()
        : Future.failedFuture(CniError.later("add cmd: " + NOT_CONNECTED));
  }

  private static final String NOT_CONNECTED =
      "the agent is not connected to net-programmer (yet); see the log of aws-node";

  // ---- DEL

  private Future<CniAnswer> delete(CniCall call) {
    new Counted(Counter.DEL_REQUESTS, "PodDeleted").publish(bus);
    return PoolEndpoints.FIND
        .ask(bus, new Find(call.attachment()), PoolEndpoints.DEADLINE)
        .compose(
            found ->
                found.holding().isPresent()
                    ? end(found.holding().get())
                    : endUnknown(call.attachment()))
        .compose(_ -> endPolicy(call))
        .map(DONE);
  }

  /** Rules and routes first, so that a new owner of the address never finds them. */
  private Future<Void> end(Holding holding) {
    return dataplane(new DataplaneRequest.Detach(holding))
        .<ReleaseReply>compose(
            reply ->
                switch (reply) {
                  case DataplaneReply.Detached(var veths) -> release(holding.attachment(), veths);
                  case DataplaneReply.Refused(var why, var message)
                      when why == DataplaneReply.Why.INVALID -> {
                    log.atWarn()
                        .addKeyValue("pod", holding.pod())
                        .addKeyValue("why", message)
                        .log("nothing to detach; the address is released");
                    yield release(holding.attachment(), List.of());
                  }
                  default -> Future.failedFuture(later("del cmd", reply));
                })
        .mapEmpty();
  }

  /** An entry of a very old version has other names: only the pool finds it. */
  private Future<Void> endUnknown(Attachment attachment) {
    return release(attachment, List.of())
        .<DataplaneReply>compose(
            reply ->
                reply instanceof ReleaseReply.Released(var holding, var _)
                    ? dataplane(new DataplaneRequest.Detach(holding))
                    : Future.succeededFuture(new DataplaneReply.Detached(List.of())))
        .mapEmpty();
  }

  private Future<ReleaseReply> release(Attachment attachment, List<String> veths) {
    return PoolEndpoints.RELEASE
        .ask(bus, new Release(attachment, veths), PoolEndpoints.DEADLINE)
        .compose(
            reply ->
                reply instanceof ReleaseReply.NotSaved(var why)
                    ? Future.failedFuture(
                        CniError.later("del cmd: the release could not be written: " + why))
                    : Future.succeededFuture(reply));
  }

  /** A policy agent that is away must not keep a pod from ending. */
  private Future<?> endPolicy(CniCall call) {
    if (config.policyMode().isEmpty() || !call.pod().known()) return Future.succeededFuture();
    return dataplane(new DataplaneRequest.DeletePolicy(call.pod()))
        .onSuccess(
            reply -> {
              if (!(reply instanceof DataplaneReply.PolicyAnswered(var done)) || !done) {
                log.atWarn()
                    .addKeyValue("pod", call.pod())
                    .addKeyValue("reply", reply)
                    .log("the policy agent did not forget the pod");
              }
            });
  }

  // ---- CHECK

  private Future<CniAnswer> check(CniCall call) {
    return PoolEndpoints.FIND
        .ask(bus, new Find(call.attachment()), PoolEndpoints.DEADLINE)
        .map(Found::holding)
        .compose(
            holding ->
                holding
                    .map(held -> check(call, held))
                    .orElseGet(
                        () ->
                            Future.failedFuture(
                                CniError.plugin(
                                    "check cmd: no address is assigned to "
                                        + call.attachment().containerId()))));
  }

  private Future<CniAnswer> check(CniCall call, Holding holding) {
    var differences = PreviousResult.differences(call.conf().previous(), holding.addresses());
    if (!differences.isEmpty()) {
      return Future.failedFuture(CniError.plugin("check cmd: " + String.join("; ", differences)));
    }
    var wired = AddCall.in(holding, call.netns());
    return dataplane(new DataplaneRequest.Check(wired, call.conf().mtu()))
        .compose(
            reply ->
                switch (reply) {
                  case DataplaneReply.Checked(var found) when found.isEmpty() ->
                      Future.succeededFuture(DONE);
                  case DataplaneReply.Checked(var found) ->
                      Future.failedFuture(
                          CniError.plugin("check cmd: " + String.join("; ", found)));
                  case DataplaneReply.Refused(var why, var message)
                      when why != DataplaneReply.Why.BUSY ->
                      Future.failedFuture(CniError.plugin("check cmd: " + message));
                  default -> Future.failedFuture(later("check cmd", reply));
                });
  }

  // ---- GC

  private Future<CniAnswer> collect(CniCall call) {
    // A runtime that does not say what is valid must not cost running pods their addresses.
    if (call.conf().valid().isEmpty()) return Future.succeededFuture(DONE);
    if (!connected.getAsBoolean()) {
      return Future.failedFuture(CniError.later("gc cmd: " + NOT_CONNECTED));
    }
    var valid = new HashSet<>(call.conf().valid().get());
    return PoolEndpoints.VIEW
        .ask(bus, new ReadView(), PoolEndpoints.DEADLINE)
        .map(PoolView::holdings)
        .compose(
            holdings ->
                Future.join(
                    holdings.stream()
                        .map(Holding::attachment)
                        .filter(held -> held.networkName().equals(call.conf().name()))
                        .filter(
                            held ->
                                !valid.contains(
                                    new NetConf.Valid(held.containerId(), held.ifName())))
                        .filter(held -> !turns.busy(held))
                        .map(this::collect)
                        .toList()))
        .map(DONE);
  }

  private Future<?> collect(Attachment stale) {
    log.atInfo()
        .addKeyValue("container", stale.containerId())
        .log("GC: the runtime no longer knows this attachment");
    return turns.take(
        stale,
        () ->
            PoolEndpoints.FIND
                .ask(bus, new Find(stale), PoolEndpoints.DEADLINE)
                .compose(
                    found ->
                        found.holding().isPresent()
                            ? end(found.holding().get())
                            : Future.<Void>succeededFuture()));
  }

  // ---- STATUS

  private Future<CniAnswer> status() {
    if (!connected.getAsBoolean()) {
      return Future.failedFuture(CniError.notAvailable("status: " + NOT_CONNECTED));
    }
    return PoolEndpoints.HEALTH
        .ask(bus, new AskHealth(), PoolEndpoints.DEADLINE)
        .recover(
            error ->
                Future.failedFuture(
                    CniError.notAvailable("status: the agent is starting (" + error + ")")))
        .compose(
            health -> {
              if (health.obstacle().isEmpty()) return Future.succeededFuture(DONE);
              var why = "status: " + health.obstacle().get();
              return Future.failedFuture(
                  health.limited()
                      ? CniError.limitedConnectivity(why)
                      : CniError.notAvailable(why));
            });
  }

  // ---- everybody

  private Future<DataplaneReply> dataplane(DataplaneRequest request) {
    long start = System.nanoTime();
    return DataplaneEndpoints.DATAPLANE
        .ask(bus, request, DataplaneEndpoints.DEADLINE)
        .otherwise(error -> new DataplaneReply.Unavailable(error.toString(), true))
        .onSuccess(
            reply -> measure(start, Phase.HELPER, !(reply instanceof DataplaneReply.Unavailable)));
  }

  private <T> Future<T> timed(long start, Phase phase, Future<T> call) {
    return call.onComplete(done -> measure(start, phase, done.succeeded()));
  }

  private void measure(long start, Phase phase, boolean success) {
    Measured.since(start, phase, success).publish(bus);
  }

  private static CniError later(String verb, DataplaneReply reply) {
    return CniError.later(
        verb
            + ": "
            + switch (reply) {
              case DataplaneReply.Refused(var _, var message) -> message;
              case DataplaneReply.Unavailable(var message, var _) -> message;
              default -> "unexpected answer of net-programmer: " + reply;
            });
  }

  private static CniAnswer answer(CniRequest request, Throwable error) {
    return switch (error) {
      case CniError known -> {
        log.atInfo()
            .addKeyValue("call", request)
            .addKeyValue("container", request.env().getOrDefault("CNI_CONTAINERID", ""))
            .addKeyValue("code", known.code())
            .addKeyValue("why", known.getMessage())
            .log("CNI call refused");
        yield known.answer();
      }
      // Nobody serves the address yet, or it did not answer in time.
      case ReplyException unanswered when unanswered.failureCode() < 0 ->
          CniError.later("the agent is not ready: " + unanswered.getMessage()).answer();
      default -> {
        log.atError().addKeyValue("call", request).setCause(error).log("CNI call failed");
        yield CniError.plugin("internal error of the agent, see its log: " + error).answer();
      }
    };
  }
}
