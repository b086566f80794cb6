package io.vpccni.ipamd.dataplane.service;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Failed;
import io.vpccni.ipamd.dataplane.DataplaneReply.Unavailable;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.rpc.envelope.CallFailed;
import io.vpccni.rpc.envelope.EnvelopeClient;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;

/** Asks net-programmer, and reads its answers and the failures of its socket as replies. */
final class ProgrammerClient {
  private static final int MAX_IN_FLIGHT = 256;

  private final Vertx vertx;
  private final EnvelopeClient client;

  /** Counts the answers that came from the thread that carries requests out. */
  private long carriedOut;

  /** Starts connecting at once; belongs to the calling context. */
  ProgrammerClient(Vertx vertx, Path socket, EnvelopeClient.Owner owner) {
    this.vertx = vertx;
    this.client = new EnvelopeClient(vertx, socket, MAX_IN_FLIGHT, owner);
  }

  /**
   * Asks one question; the future fails only because of a bug.
   *
   * @param reader of its answer
   * @param failed a failure as a reply to this question
   */
  <R extends DataplaneReply> Future<R> call(
      Envelope request,
      Duration deadline,
      Function<Envelope, R> reader,
      Function<Failed, R> failed) {
    return client
        .call(request, deadline)
        .onSuccess(answer -> received(request, answer))
        .map(reader)
        .recover(
            error ->
                switch (error) {
                  case CallFailed.NotSent not ->
                      Future.succeededFuture(failed.apply(new Unavailable(text(not), false)));
                  case CallFailed.OutcomeUnknown unknown ->
                      Future.succeededFuture(failed.apply(new Unavailable(text(unknown), true)));
                  default -> Future.failedFuture(error);
                });
  }

  /**
   * Asks whether net-programmer does its work. A net-programmer that is older than this question
   * refuses it, which is an answer as well, and so is any other request that it carries out
   * meanwhile, be it in vain or too late for its caller. Fails if the connection is lost meanwhile,
   * of which its owner is told.
   */
  Future<ConnectionEvent> probe(int connection, int attempt) {
    long before = carriedOut;
    return client
        .callBeyondLimit(Requests.probe(), Connection.PROBE_DEADLINE)
        .map(answer -> Replies.probed(connection, answer))
        .recover(
            error ->
                error instanceof CallFailed.OutcomeUnknown && client.isConnected()
                    ? Future.succeededFuture(
                        carriedOut > before
                            ? new ConnectionEvent.ProbeAnswered(connection)
                            : new ConnectionEvent.ProbeUnanswered(connection, attempt, text(error)))
                    : Future.failedFuture(error));
  }

  /** Gives up all calls that wait: each gets the reply that its outcome is unknown. */
  void forgetCalls(String why) {
    client.forgetCalls(why);
  }

  private void received(Envelope request, Envelope answer) {
    answered(request.getBodyCase(), answer);
    if (answer.hasPodAttached()) {
      Measured.of(Phase.KERNEL, answer.getPodAttached().getInKernelNs()).publish(vertx.eventBus());
    }
  }

  /** Takes note of the answer to a request, also of one for which nobody waits any more. */
  void answered(BodyCase request, Envelope answer) {
    if (Requests.needThread(request) && Replies.carriedOut(answer)) carriedOut++;
  }

  private static String text(Throwable error) {
    return String.valueOf(error.getMessage());
  }

  Future<?> close() {
    return client.close();
  }
}
