package io.vpccni.ipamd.rehearsal;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.rpc.socket.NativeVertx;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Holds all that an agent needs, below one folder and on the loopback: it may be anybody's process.
 */
public final class StubNode implements AutoCloseable {
  private static final int SECONDS = 30;

  private final Path folder;
  private final int self;
  private final Vertx vertx;
  private final int cloudPort;
  private final int metricsPort;

  /**
   * @throws IOException if this machine has no loopback or no temporary folder
   */
  public StubNode() throws IOException {
    folder = Files.createTempDirectory("ipamd");
    self = (int) Files.getAttribute(folder, "unix:uid");
    Files.createDirectory(folder.resolve("spool"));
    vertx = NativeVertx.create(new io.vertx.core.VertxOptions().setEventLoopPoolSize(1));
    var programmer = new StubProgrammer();
    cloudPort =
        await(
            new StubCloud()
                .listen(vertx)
                .compose(
                    cloud ->
                        programmer
                            .listen(vertx, folder.resolve("net-programmer.sock"), self)
                            .map(cloud.actualPort())));
    metricsPort = freePort();
    // The SDK reads its credentials where the process has them, and ours has none.
    System.setProperty("aws.accessKeyId", "rehearsal");
    System.setProperty("aws.secretAccessKey", "rehearsal");
    System.setProperty("kubernetes.auth.tryKubeConfig", "false");
    System.setProperty("kubernetes.auth.tryServiceAccount", "false");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * Returns the settings of an agent on this node, and nothing of the process's own environment.
   */
  public Map<String, String> environment() {
    var cloud = "http://127.0.0.1:" + cloudPort;
    var all = new HashMap<String, String>();
    all.put("ENABLE_IPv4", "true");
    all.put("AGENT_RUN_DIR", folder.toString());
    all.put("HOST_CNI_BIN_PATH", folder.toString());
    all.put("MY_NODE_NAME", StubCloud.NODE);
    all.put("CLUSTER_ENDPOINT", cloud);
    all.put("AWS_REGION", "us-west-2");
    all.put("AWS_EC2_ENDPOINT", cloud);
    all.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", cloud);
    all.put("AWS_EC2_METADATA_V1_DISABLED", "true");
    all.put("IP_COOLDOWN_PERIOD", "0");
    // Two more than the node has, which are asked for, and no ENI more.
    all.put("WARM_IP_TARGET", "1");
    all.put("MINIMUM_IP_TARGET", "6");
    all.put("METRICS_BIND_ADDRESS", "127.0.0.1:" + metricsPort);
    all.put("INTROSPECTION_BIND_ADDRESS", "unix:" + folder.resolve("introspection.sock"));
    all.put("AWS_VPC_K8S_CNI_LOGLEVEL", "warn");
    return all;
  }

  /** Returns the user id of this process, which plays root too. */
  public int self() {
    return self;
  }

  /**
   * Plays the runtime and the operators: it calls until the agent is ready, then adds this many
   * pods.
   */
  public void use(int pods) throws IOException {
    var callers = new RehearsalCalls(vertx, folder);
    try {
      await(callers.untilReady(SECONDS));
      for (int pod = 0; pod < pods; pod++) {
        int number = pod;
        await(
            callers
                .call("ADD", number)
                .compose(
                    _ -> number % 8 == 0 ? callers.look(metricsPort) : Future.succeededFuture())
                .compose(_ -> callers.call("DEL", number)));
      }
    } finally {
      // Its connections are closed when the garbage collector finds it out of use.
      Reference.reachabilityFence(callers);
    }
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future.await(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw new IOException("no answer within " + SECONDS + " s", late);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      await(vertx.close());
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (var path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
