package io.vpccni.netprog.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.netprog.conflist.ConflistFile;
import io.vpccni.netprog.desired.Kernel;
import io.vpccni.netprog.policy.PolicyRelay;
import io.vpccni.netprog.request.Request;
import io.vpccni.netprog.request.RequestReader;
import io.vpccni.rpc.envelope.EnvelopeServer;
import io.vpccni.rpc.socket.SocketRules;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs the daemon: one guarded socket in front of the kernel. */
public final class Daemon {
  /**
   * One connection may have this many unanswered requests. The agent sends far fewer; any more are
   * answered with BUSY.
   */
  private static final int MAX_IN_FLIGHT = 1024;

  private final Vertx vertx;
  private final RequestHandler handler;

  /**
   * Holds the open socket. It is written on the event loop and read by whichever thread reports an
   * event.
   */
  private volatile EnvelopeServer.@Nullable Listening listening;

  /**
   * Assembles the daemon.
   *
   * @param kernel makes the kernel's side, which sends its events to the given listener
   */
  public Daemon(
      Vertx vertx,
      RequestReader reader,
      Function<Consumer<Kernel.Event>, Kernel> kernel,
      ConflistFile conflist,
      PolicyRelay policy) {
    this.vertx = vertx;
    this.handler =
        new RequestHandler(
            vertx,
            reader,
            kernel.apply(this::tell),
            content -> vertx.<Boolean>executeBlocking(() -> conflist.install(content)),
            new RequestHandler.Policy() {
              @Override
              public Future<Boolean> enforce(Request.EnforcePolicy request) {
                return policy.enforce(
                    request.podNamespace(),
                    request.podName(),
                    request.mode(),
                    request.interfaceCount());
              }

              @Override
              public Future<Boolean> delete(Request.DeletePolicy request) {
                return policy.delete(request.podNamespace(), request.podName());
              }
            });
  }

  /** Serves on this socket; the future completes when clients can connect. */
  public Future<Void> listen(SocketRules rules) {
    return EnvelopeServer.listen(vertx, rules, MAX_IN_FLIGHT, handler::answer)
        .onSuccess(made -> listening = made)
        .mapEmpty();
  }

  /**
   * Completes once the kernel's side has answered a question that changes nothing, and not at all
   * while it is stuck.
   */
  public Future<Void> probe() {
    return handler.probe();
  }

  /** Stops serving; requests that are running go on. */
  public Future<Void> close() {
    var open = listening;
    listening = null;
    return open == null ? Future.succeededFuture() : open.socket().close();
  }

  private void tell(Kernel.Event event) {
    var open = listening;
    if (open != null) open.server().notifyAll(Answers.notification(event));
  }
}
