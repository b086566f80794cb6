package io.vpccni.netprog.server;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.netprog.desired.Kernel;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.request.Request;
import io.vpccni.netprog.request.RequestReader;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.rpc.wire.netprog.Envelope;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests: it validates them, queues them, hands them to the part that can carry them out,
 * and words the outcome.
 */
final class RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  /**
   * The kernel's side has few threads of its own. More requests at once would only wait there,
   * where nobody checks their deadlines.
   */
  private static final int RUNNING = 16;

  private static final int WAITING = 512;

  /** Gives access to the files that requests may change. */
  interface Files {
    /** Installs the conflist and tells whether the file differed; fails with a {@link Refusal}. */
    Future<Boolean> install(byte[] conflist);
  }

  /** Makes the calls to this node's network policy agent. */
  interface Policy {
    Future<Boolean> enforce(Request.EnforcePolicy request);

    Future<Boolean> delete(Request.DeletePolicy request);
  }

  private final Context context;
  private final RequestReader reader;
  private final Kernel kernel;
  private final Files files;
  private final Policy policy;
  private final AdmissionQueue admission =
      new AdmissionQueue(RUNNING, WAITING, ElapsedClock.system());

  /** The policy agent may be slow or silent, and no pod's wiring may wait for it. */
  private final AdmissionQueue policyAdmission =
      new AdmissionQueue(RUNNING, WAITING, ElapsedClock.system());

  RequestHandler(Vertx vertx, RequestReader reader, Kernel kernel, Files files, Policy policy) {
    this.context = vertx.getOrCreateContext();
    this.reader = reader;
    this.kernel = kernel;
    this.files = files;
    this.policy = policy;
  }

  /**
   * Answers one request. A refusal is an answer, so the future never fails because of what was
   * asked.
   */
  Future<Envelope> answer(Envelope envelope) {
    Request request;
    try {
      request = reader.read(envelope);
    } catch (Refusal refusal) {
      return Future.succeededFuture(refused(envelope, refusal));
    }
    if (request instanceof Request.Probe) {
      return perform(request).recover(failed -> refusedFor(envelope, failed));
    }
    var patience = Duration.ofMillis(Integer.toUnsignedLong(envelope.getDeadlineMs()));
    return queueOf(request)
        .take(patience, () -> perform(request))
        .recover(failed -> refusedFor(envelope, failed));
  }

  /**
   * Completes once the kernel's side has carried out a question that changes nothing. It does not
   * queue with the requests, of which some wait for other programs.
   */
  Future<Void> probe() {
    return Future.fromCompletionStage(kernel.probe(), context);
  }

  private static Future<Envelope> refusedFor(Envelope request, Throwable failed) {
    return failed instanceof Refusal refusal
        ? Future.succeededFuture(refused(request, refusal))
        : Future.failedFuture(failed);
  }

  private AdmissionQueue queueOf(Request request) {
    return switch (request) {
      case Request.EnforcePolicy _, Request.DeletePolicy _ -> policyAdmission;
      case Request.Sync _,
          Request.ApplyHost _,
          Request.Place _,
          Request.Attach _,
          Request.Detach _,
          Request.Check _,
          Request.ListPods _,
          Request.Probe _,
          Request.InstallConflist _ ->
          admission;
    };
  }

  private Future<Envelope> perform(Request request) {
    return switch (request) {
      case Request.Sync(var host, var pods, var deletions) ->
          from(kernel.sync(host, pods, deletions), Answers::applied);
      case Request.ApplyHost(var host) -> from(kernel.applyHost(host), Answers::applied);
      case Request.Place(var pods) -> from(kernel.place(pods), Answers::applied);
      case Request.Attach(var pod) -> from(kernel.attach(pod), Answers::attached);
      case Request.Detach(var pod) -> from(kernel.detach(pod), Answers::detached);
      case Request.Check(var pod) -> from(kernel.check(pod), Answers::checked);
      case Request.ListPods() -> from(kernel.list(), Answers::listed);
      case Request.Probe() -> probe().map(_ -> Answers.probed());
      case Request.InstallConflist(var content) ->
          files.install(content.toByteArray()).map(Answers::installed);
      case Request.EnforcePolicy enforce -> policy.enforce(enforce).map(Answers::policy);
      case Request.DeletePolicy delete -> policy.delete(delete).map(Answers::policy);
    };
  }

  /** Brings the kernel's answer, which comes on any thread, back to the event loop. */
  private <T> Future<Envelope> from(CompletionStage<T> stage, Function<T, Envelope> answer) {
    return Future.fromCompletionStage(stage, context)
        .map(answer)
        .recover(RequestHandler::unwrapped);
  }

  /** Unwraps the error of a stage that failed because the one it depends on had failed. */
  private static Future<Envelope> unwrapped(Throwable failed) {
    return Future.failedFuture(
        failed instanceof CompletionException wrapper && wrapper.getCause() != null
            ? wrapper.getCause()
            : failed);
  }

  private static Envelope refused(Envelope request, Refusal refusal) {
    var log =
        switch (refusal.kind()) {
          case INVALID, FAILED -> LOG.atWarn();
          case BUSY, NETNS_GONE -> LOG.atInfo();
        };
    log.addKeyValue("request", request.getBodyCase())
        .addKeyValue("kind", refusal.kind())
        .addKeyValue("why", refusal.getMessage())
        .log("Request refused");
    return Answers.refused(refusal);
  }
}
