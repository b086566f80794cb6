package io.vpccni.netprog.server;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vpccni.rpc.envelope.EnvelopeClient;
import io.vpccni.rpc.socket.SocketRules;
import io.vpccni.rpc.wire.netprog.AttachPod;
import io.vpccni.rpc.wire.netprog.CheckPod;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.ListPods;
import io.vpccni.rpc.wire.netprog.Pod;
import io.vpccni.rpc.wire.netprog.PodInterface;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Has a daemon wire pods through a private socket. The first calls of a JVM cost some tenths of a
 * second of class loading and interpretation, which the first pods would otherwise wait for.
 */
public final class WarmUp implements EnvelopeClient.Owner {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /**
   * After so many pods, everything has been executed several times. More would be compiled, but a
   * node that has pods waits for the warm-up at each start of the daemon.
   */
  static final int PODS = 10;

  private static final Envelope LIST =
      Envelope.newBuilder().setListPods(ListPods.getDefaultInstance()).build();

  private final Promise<Void> connected = Promise.promise();

  private WarmUp() {}

  /**
   * Lists the daemon's pods, then attaches, checks and detaches some. The daemon's kernel must be
   * one that nobody uses. The future fails if a request is not answered.
   *
   * @param beside path of the socket that is served later; the private one is beside it
   * @param self user id of this process
   * @param netns path of the pods' network namespace
   */
  public static Future<Void> of(Vertx vertx, Daemon daemon, Path beside, int self, String netns) {
    var path = beside.resolveSibling(beside.getFileName() + ".self");
    return daemon
        .listen(SocketRules.of(path, "rw-------", Set.of(self)))
        .compose(_ -> callAll(vertx, path, netns))
        .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .eventually(daemon::close);
  }

  private static Future<Void> callAll(Vertx vertx, Path path, String netns) {
    var warmUp = new WarmUp();
    var client = new EnvelopeClient(vertx, path, 1, warmUp);
    return warmUp
        .connected
        .future()
        .compose(_ -> client.call(LIST, LIMIT))
        .compose(_ -> wire(client, netns, 0))
        .eventually(client::close);
  }

  /** Goes on with this pod. Each has names of its own, since links are deleted a little later. */
  private static Future<Void> wire(EnvelopeClient client, String netns, int number) {
    if (number == PODS) return Future.succeededFuture();
    var pod =
        Pod.newBuilder()
            .setContainerId("rehearsal")
            .setIfName("eth" + number)
            .setPodNamespace("rehearsal")
            .setPodName("pod")
            .setNetns(netns)
            .setMtu(9001)
            .addInterfaces(
                PodInterface.newBuilder()
                    .setIfName("eth" + number)
                    .setHostVeth("eni%011x".formatted(number))
                    .setIp("192.0.2.9")
                    .setRouteTable(2));
    return client
        .call(Envelope.newBuilder().setAttachPod(AttachPod.newBuilder().setPod(pod)).build(), LIMIT)
        .expecting(Envelope::hasPodAttached)
        .compose(
            _ ->
                client.call(
                    Envelope.newBuilder().setCheckPod(CheckPod.newBuilder().setPod(pod)).build(),
                    LIMIT))
        .compose(
            _ ->
                client.call(
                    Envelope.newBuilder().setDetachPod(DetachPod.newBuilder().setPod(pod)).build(),
                    LIMIT))
        .compose(_ -> wire(client, netns, number + 1));
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
