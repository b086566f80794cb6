package io.vpccni.rpc.socket;

import io.vertx.core.VertxOptions;
import io.vpccni.rpc.frame.Framing;
import java.nio.file.Path;
import java.util.Set;

/** A process that listens on a socket and echoes frames, or says why it cannot. */
final class ListenerProcess {
  private ListenerProcess() {}

  public static void main(String[] args) {
    var vertx = NativeVertx.create(new VertxOptions().setEventLoopPoolSize(1));
    var server =
        vertx
            .createNetServer()
            .connectHandler(
                socket -> {
                  var frames = new FrameConnection(vertx, socket, Framing.ENVELOPE);
                  frames.start(frames::send, _ -> {});
                });
    GuardedSocket.listen(
            vertx,
            SocketRules.of(Path.of(args[0]), "rw-------", Set.of(SocketFixture.self())),
            server)
        .onSuccess(_ -> System.out.println("listening"))
        .onFailure(
            refused -> {
              System.out.println(refused.getMessage());
              System.exit(1);
            });
  }
}
