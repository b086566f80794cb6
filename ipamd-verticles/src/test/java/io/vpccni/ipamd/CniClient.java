package io.vpccni.ipamd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.rpc.frame.CniRequest;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;

/** Calls {@code cni.sock} as the executable does: one connection, one frame, one answer. */
final class CniClient {
  private static final int HEADER = 9;

  private final Path socket;

  CniClient(Path socket) {
    this.socket = socket;
  }

  /** Calls for the pod {@code default/<pod>} in a container {@code id}; returns what is printed. */
  String call(String command, String pod, String id) {
    var request =
        new CniRequest(
            "aws-cni",
            Map.of(
                "CNI_COMMAND",
                command,
                "CNI_CONTAINERID",
                id,
                "CNI_NETNS",
                "/run/netns/" + id,
                "CNI_IFNAME",
                "eth0",
                "CNI_PATH",
                "/opt/cni/bin",
                "CNI_ARGS",
                "K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + pod + ";K8S_POD_UID=u1"),
            "{\"cniVersion\":\"1.1.0\",\"name\":\"aws-cni\"}".getBytes(UTF_8));
    var body = request.encode();
    var frame = ByteBuffer.allocate(HEADER + body.length);
    frame.put("VCNI\1".getBytes(UTF_8)).putInt(body.length).put(body).flip();
    try (var connection = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      while (frame.hasRemaining()) connection.write(frame);
      var in = Channels.newInputStream(connection);
      var length = ByteBuffer.wrap(in.readNBytes(HEADER)).getInt(HEADER - Integer.BYTES);
      return new String(in.readNBytes(length), 1, length - 1, UTF_8);
    } catch (IOException broken) {
      throw new AssertionError(broken);
    }
  }

  /** Calls from a thread of its own, so that others can call meanwhile. */
  Future<String> calling(String command, String id) {
    Promise<String> printed = Promise.promise();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                printed.complete(call(command, id, id));
              } catch (AssertionError broken) {
                printed.fail(broken);
              }
            });
    return printed.future();
  }
}
