package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.holding.AttachmentQueue;
import io.vpccni.ipamd.holding.Cancellation;
import io.vpccni.ipamd.holding.DataplaneGate;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.metrics.Stopwatch;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.rpc.frame.CniAnswer;
import io.vpccni.rpc.frame.CniRequest;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the CNI verbs. Every call is answered, whatever happens. It is used on one Vert.x
 * context only.
 */
final class CniPlugin {
  private static final Logger log = LoggerFactory.getLogger(CniPlugin.class);

  /**
   * A call that seems to have been on its way for longer was held up, or its start time is wrong,
   * so it is not measured.
   */
  private static final long LONGEST_WAY = Duration.ofMinutes(1).toNanos();

  private final NodeServices node;
  private final AttachmentQueue queue;
  private final StatusCall status;

  /**
   * Makes the plugin.
   *
   * @param queue of each attachment's calls, from wherever they come
   * @param dataplane whether net-programmer knows the desired state
   * @param last when pods could last be added
   */
  CniPlugin(
      Vertx vertx,
      AgentConfig config,
      CallIds ids,
      ElapsedClock clock,
      AttachmentQueue queue,
      DataplaneGate dataplane,
      LastAbility last) {
    this.queue = queue;
    this.node = NodeServices.of(vertx, config, ids, clock, dataplane);
    this.status = new StatusCall(node, last);
  }

  Future<CniAnswer> handle(CniRequest request, Cancellation caller) {
    return attempt(request, caller, wayHere(request))
        .otherwise(error -> told(request, error).answer());
  }

  /** Takes note of whether pods can be added now, which STATUS goes by later. It never fails. */
  Future<?> look() {
    return status.verdict();
  }

  private static Measured wayHere(CniRequest request) {
    var none = new Measured(Map.of());
    if (request.began().isEmpty()) return none;
    long nanos = new Stopwatch(request.began().getAsLong()).nanos();
    return nanos >= 0 && nanos < LONGEST_WAY ? none.and(Phase.SOCKET, nanos) : none;
  }

  /**
   * Carries out a call whose answer nobody waits for.
   *
   * @return false if it is to come again
   */
  Future<Boolean> settle(CniRequest request) {
    return attempt(request, new Cancellation(), new Measured(Map.of()))
        .map(true)
        .otherwise(error -> told(request, error).code() != CniError.TRY_AGAIN_LATER);
  }

  /**
   * Makes one call of each kind that changes nothing, before the first pod comes: the first call in
   * a JVM spends most of its time on loading classes. It never fails.
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

  private Future<CniAnswer> attempt(CniRequest request, Cancellation caller, Measured before) {
    var start = Stopwatch.started();
    return Future.succeededFuture(request)
        .compose(
            given ->
                given.program().equals(EgressPlugin.NAME)
                    ? Future.succeededFuture(EgressPlugin.answer(given))
                    : perform(CniCall.parse(given.env(), given.stdin()), start, caller, before));
  }

  private Future<CniAnswer> perform(
      CniCall call, Stopwatch start, Cancellation caller, Measured before) {
    var measured = before.and(Phase.PARSE, start.nanos());
    var attachment = call.attachment();
    return switch (call.verb()) {
      case ADD ->
          timed(
              start,
              Phase.ADD,
              measured,
              queue.add(attachment, caller, () -> new AddCall(node, call, caller).run()));
      case DEL -> {
        var ended = queue.del(attachment, () -> new DelCall(node, call).run());
        yield Rehearsal.includes(attachment) ? ended : timed(start, Phase.DEL, measured, ended);
      }
      case CHECK -> queue.take(attachment, () -> new CheckCall(node, call).run());
      case GC -> new GcCall(node, queue).run(call.conf());
      case STATUS -> status.run();
    };
  }

  private <T> Future<T> timed(Stopwatch start, Phase whole, Measured parts, Future<T> call) {
    return call.onComplete(_ -> parts.and(whole, start.nanos()).publish(node.bus()));
  }

  private static CniError told(CniRequest request, Throwable error) {
    return switch (error) {
      case CniError known -> {
        log.atInfo()
            .addKeyValue(LogKeys.CALL, request)
            .addKeyValue(LogKeys.CONTAINER, request.env().getOrDefault("CNI_CONTAINERID", ""))
            .addKeyValue(LogKeys.CODE, known.code())
            .addKeyValue(LogKeys.WHY, known.getMessage())
            .log("CNI call refused");
        yield known;
      }
      case AttachmentQueue.GivenUp givenUp -> CniError.later(String.valueOf(givenUp.getMessage()));
      // Nobody serves the address yet, or it did not answer in time.
      case ReplyException unanswered when unanswered.failureCode() < 0 ->
          CniError.later("the agent is not ready: " + unanswered.getMessage());
      default -> {
        log.atError().addKeyValue(LogKeys.CALL, request).setCause(error).log("CNI call failed");
        yield CniError.plugin("internal error of the agent, see its log: " + error);
      }
    };
  }
}
