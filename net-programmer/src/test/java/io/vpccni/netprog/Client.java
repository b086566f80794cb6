package io.vpccni.netprog;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vpccni.rpc.envelope.EnvelopeClient;
import io.vpccni.rpc.wire.netprog.Envelope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/**
 * Behaves like the agent: it keeps one connection, sends requests, and collects what the program
 * reports by itself.
 */
public final class Client implements EnvelopeClient.Owner, AutoCloseable {
  private static final Duration PATIENT = Duration.ofSeconds(20);

  private final EnvelopeClient client;
  private final CountDownLatch connected = new CountDownLatch(1);
  private final List<Envelope> heard = new CopyOnWriteArrayList<>();

  Client(Vertx vertx, Path socket) throws InterruptedException {
    client = new EnvelopeClient(vertx, socket, 1000, this);
    assertThat(connected.await(20, SECONDS)).as("connected to %s", socket).isTrue();
  }

  Envelope ask(Envelope request) throws Exception {
    return client.call(request, PATIENT).await(20, SECONDS);
  }

  Envelope ask(Envelope.Builder request) throws Exception {
    return ask(request.build());
  }

  /** Sends a single request over a connection of its own. */
  static Envelope ask(Vertx vertx, Path socket, Envelope request) throws Exception {
    try (var client = new Client(vertx, socket)) {
      return client.ask(request);
    }
  }

  /** Returns the first notification that matches and was not returned before. */
  Envelope hears(String what, Predicate<Envelope> wanted) throws InterruptedException {
    long end = System.nanoTime() + SECONDS.toNanos(20);
    while (System.nanoTime() < end) {
      for (var told : heard) {
        if (wanted.test(told)) {
          heard.remove(told);
          return told;
        }
      }
      MILLISECONDS.sleep(10);
    }
    throw new AssertionError("not told within 20 s: " + what + "; but " + heard);
  }

  boolean hasHeard(Predicate<Envelope> wanted) {
    return heard.stream().anyMatch(wanted);
  }

  @Override
  public void connected() {
    connected.countDown();
  }

  @Override
  public void disconnected(String why) {}

  @Override
  public void notified(Envelope notification) {
    heard.add(notification);
  }

  @Override
  public void close() {
    client.close().toCompletionStage().toCompletableFuture().join();
  }
}
