package io.vpccni.sim.kubernetes;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands before a server that cannot break connections by itself, and does it for that server. */
final class ConnectionBreaker {
  private enum Mode {
    OPEN,
    REFUSING,
    HANGING
  }

  private final NetServer server;
  private final NetClient client;
  private final int behind;
  private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.OPEN;

  private ConnectionBreaker(Vertx vertx, int behind) {
    this.server = vertx.createNetServer().connectHandler(this::enter);
    this.client = vertx.createNetClient();
    this.behind = behind;
  }

  /**
   * @param behind port of the server on 127.0.0.1
   */
  static Future<ConnectionBreaker> open(Vertx vertx, int behind) {
    var door = new ConnectionBreaker(vertx, behind);
    return door.server.listen(0, "127.0.0.1").map(door);
  }

  int port() {
    return server.actualPort();
  }

  private void enter(NetSocket caller) {
    switch (mode) {
      case OPEN -> connect(caller);
      case REFUSING -> caller.close();
      case HANGING -> keep(caller);
    }
  }

  private void connect(NetSocket caller) {
    caller.pause();
    client
        .connect(behind, "127.0.0.1")
        .onSuccess(
            callee -> {
              keep(caller);
              keep(callee);
              caller.closeHandler(_ -> leave(caller, callee));
              callee.closeHandler(_ -> leave(callee, caller));
              caller.pipeTo(callee);
              callee.pipeTo(caller);
            })
        .onFailure(_ -> caller.close());
  }

  private void keep(NetSocket socket) {
    sockets.add(socket);
    socket.closeHandler(_ -> sockets.remove(socket));
  }

  private void leave(NetSocket gone, NetSocket other) {
    sockets.remove(gone);
    other.close();
  }

  void openUp() {
    mode = Mode.OPEN;
    // Those that waited in vain must come again.
    disconnect();
  }

  void refuse() {
    mode = Mode.REFUSING;
    disconnect();
  }

  /** Connections are taken and nothing ever comes; those that are open break. */
  void hang() {
    disconnect();
    mode = Mode.HANGING;
  }

  void disconnect() {
    sockets.forEach(NetSocket::close);
  }

  Future<Void> close() {
    disconnect();
    return Future.all(server.close(), client.close()).mapEmpty();
  }
}
