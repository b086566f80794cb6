package io.vpccni.netprog.policy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.netprog.desired.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Relays calls to the network policy agent. No gRPC class is loaded before the first call: most
 * clusters set no network policy mode and would pay for the classes and threads in vain.
 */
public final class PolicyRelay {
  private final Vertx vertx;
  private final Path socket;
  private final Duration connectLimit;
  private final Duration callLimit;
  private @Nullable PolicyAgent agent;

  /** Uses the usual limits of 2 s to connect and 5 s for a call. */
  public PolicyRelay(Vertx vertx, Path socket) {
    this(vertx, socket, Duration.ofSeconds(2), Duration.ofSeconds(5));
  }

  PolicyRelay(Vertx vertx, Path socket, Duration connectLimit, Duration callLimit) {
    this.vertx = vertx;
    this.socket = socket;
    this.connectLimit = connectLimit;
    this.callLimit = callLimit;
  }

  /**
   * Returns whether the agent reports success; fails with a {@link Refusal} if it does not answer.
   * It must be called on one event loop.
   */
  public Future<Boolean> enforce(String podNamespace, String podName, String mode, int interfaces) {
    return worded(agent().enforce(podNamespace, podName, mode, interfaces));
  }

  /**
   * Returns whether the agent reports success; fails with a {@link Refusal} if it does not answer.
   * It must be called on one event loop.
   */
  public Future<Boolean> delete(String podNamespace, String podName) {
    return worded(agent().delete(podNamespace, podName));
  }

  private PolicyAgent agent() {
    if (agent == null) agent = new PolicyAgent(vertx, socket, connectLimit, callLimit);
    return agent;
  }

  private Future<Boolean> worded(Future<Boolean> call) {
    return call.recover(
        failed ->
            Future.failedFuture(
                new Refusal(
                    Refusal.Kind.FAILED,
                    "the network policy agent did not answer on "
                        + socket
                        + ": "
                        + (failed instanceof TimeoutException
                            ? "no answer within %.1f s".formatted(callLimit.toMillis() / 1000.0)
                            : failed)
                        + "; is it running on this node?",
                    0,
                    failed)));
  }
}
