package io.vpccni.netprog.server;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vpccni.rpc.envelope.EnvelopeClient;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.wire.netprog.AttachPod;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.ListPods;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Calls the daemon once through a private socket. The first call of a JVM costs some tenths of a
 * second of class loading, which the first pod would otherwise wait for.
 */
public final class WarmUp implements EnvelopeClient.Owner {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Envelope LIST =
      Envelope.newBuilder().setListPods(ListPods.getDefaultInstance()).build();
  private static final Envelope MALFORMED =
      Envelope.newBuilder().setAttachPod(AttachPod.getDefaultInstance()).build();

  private final Promise<Void> connected = Promise.promise();

  private WarmUp() {}

  /**
   * Lists the node's pods and has a malformed request refused. The future completes even if that
   * fails: being cold is no reason not to serve.
   *
   * @param beside path of the daemon's own socket
   * @param self user id of this process
   */
  public static Future<Void> of(Vertx vertx, Daemon daemon, Path beside, int self) {
    var path = beside.resolveSibling(beside.getFileName() + ".self");
    return daemon
        .listen(SocketRules.of(path, "rw-------", Set.of(self)))
        .compose(_ -> callBoth(vertx, path))
        .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .transform(_ -> daemon.close())
        .otherwiseEmpty();
  }

  private static Future<Void> callBoth(Vertx vertx, Path path) {
    var warmUp = new WarmUp();
    var client = new EnvelopeClient(vertx, path, 1, warmUp);
    return warmUp
        .connected
        .future()
        .compose(_ -> client.call(LIST, LIMIT))
        .compose(_ -> client.call(MALFORMED, LIMIT))
        .<Void>mapEmpty()
        .eventually(client::close);
  }

  @Override
  public void connected() {
    connected.tryComplete();
  }

  @Override
  public void disconnected(String why) {
    connected.tryFail(why);
  }

  @Override
  public void notified(Envelope notification) {
    // The warm-up needs no notifications.
  }
}
