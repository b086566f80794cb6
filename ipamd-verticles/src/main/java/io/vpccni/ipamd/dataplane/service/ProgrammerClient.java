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
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Asks net-programmer, and reads its answers and the failures of its socket as replies. */
final class ProgrammerClient {
  private static final int MAX_IN_FLIGHT = 256;

  private final Vertx vertx;
  private final EnvelopeClient client;

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
        .onSuccess(this::measure)
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
   * refuses it, which is an answer as well. Fails if the connection is lost meanwhile, of which its
   * owner is told.
   */
  Future<ConnectionEvent> probe(int connection) {
    return client
        .callBeyondLimit(Requests.probe(), Connection.PROBE_DEADLINE)
        .map(Replies::silence)
        .recover(
            error ->
                error instanceof CallFailed.OutcomeUnknown && client.isConnected()
                    ? Future.succeededFuture(Optional.of(text(error)))
                    : Future.failedFuture(error))
        .map(
            silence ->
                silence
                    .<ConnectionEvent>map(
                        why -> new ConnectionEvent.ProbeUnanswered(connection, why))
                    .orElseGet(() -> new ConnectionEvent.ProbeAnswered(connection)));
  }

  private void measure(Envelope answer) {
    if (answer.hasPodAttached()) {
      Measured.of(Phase.KERNEL, answer.getPodAttached().getInKernelNs()).publish(vertx.eventBus());
    }
  }

  private static String text(Throwable error) {
    return String.valueOf(error.getMessage());
  }

  Future<?> close() {
    return client.close();
  }
}
