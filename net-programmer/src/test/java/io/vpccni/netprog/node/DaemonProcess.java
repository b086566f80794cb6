package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.netprog.Wait;
import io.vpccni.rpc.envelope.EnvelopeClient;
import io.vpccni.rpc.wire.netprog.AttachPod;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.HostApplied;
import io.vpccni.rpc.wire.netprog.Sync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One process of the shipped program, with the rights it has on a node and {@code /proc/sys}
 * read-only, which ends by a kill. Its client keeps {@link ExpectedPods}.
 */
final class DaemonProcess implements EnvelopeClient.Owner, AutoCloseable {
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final Path LAUNCHER =
      Path.of("target", "dist", "bin", "net-programmer").toAbsolutePath();

  private final Process process;
  private final Path folder;
  private final ExpectedPods expected;

  /**
   * The host veths whose deletion was promised and not reported yet; the set outlives this process.
   */
  private final Set<String> promised;

  private final EnvelopeClient client;
  private final CountDownLatch connected = new CountDownLatch(1);
  private final Map<Integer, Boolean> asked = new ConcurrentHashMap<>();
  private final Map<Integer, Boolean> done = new ConcurrentHashMap<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();

  DaemonProcess(
      Vertx vertx, TestNode node, Path folder, ExpectedPods expected, Set<String> promised)
      throws Exception {
    this.folder = folder;
    this.expected = expected;
    this.promised = promised;
    var socket = folder.resolve("net-programmer.sock");
    var sysctls = folder.resolve("sys");
    Files.createDirectories(sysctls.resolve("net"));
    // As in the container: /proc/sys read-only, the node's net part mounted elsewhere.
    var script =
        "mount --bind /proc/sys/net "
            + sysctls
            + "/net && mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys"
            + " && ! echo 1 2>&- > /proc/sys/net/ipv4/ip_forward"
            + " && exec setpriv --regid=10001 --clear-groups"
            + " --bounding-set=-all,+net_admin,+sys_admin --inh-caps=-all --no-new-privs "
            + LAUNCHER;
    var builder =
        new ProcessBuilder("ip", "netns", "exec", node.namespace, "sh", "-c", script)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().put("NETPROG_SYSCTL_ROOT", sysctls.toString());
    Files.setAttribute(folder, "unix:gid", 10001);
    Files.setAttribute(folder, "unix:mode", 01775);
    builder.environment().put("NETPROG_SOCKET", socket.toString());
    builder.environment().put("NETPROG_PEER_UID", "0");
    builder.environment().put("HOST_CNI_CONFDIR_PATH", folder.toString());
    process = builder.start();
    client = new EnvelopeClient(vertx, socket, 1000, this);
    assertThat(connected.await(30, TimeUnit.SECONDS)).as(() -> log(folder)).isTrue();
  }

  static boolean possible() {
    return Files.isExecutable(LAUNCHER);
  }

  private static String log(Path folder) {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  HostApplied sync() throws Exception {
    var sync = Sync.newBuilder().setHost(ExpectedPods.host()).addAllDeletions(promised);
    expected.pods().forEach(pod -> sync.addPods(expected.wire(pod, false)));
    var answer =
        client
            .call(Envelope.newBuilder().setSync(sync).build(), PATIENT)
            .recover(why -> Future.failedFuture(new AssertionError(log(folder), why)))
            .await(20, TimeUnit.SECONDS);
    assertThat(answer.getBodyCase())
        .as(answer.toString())
        .isEqualTo(Envelope.BodyCase.HOST_APPLIED);
    return answer.getHostApplied();
  }

  /**
   * Asks for one change of a pod until all are done. The expectation is noted when the request is
   * sent.
   */
  void change(int pod, boolean there) {
    if (asked.putIfAbsent(pod, there) != null) {
      return;
    }
    expected.write(pod, there);
    var request =
        there
            ? Envelope.newBuilder()
                .setAttachPod(AttachPod.newBuilder().setPod(expected.wire(pod, true)))
            : Envelope.newBuilder()
                .setDetachPod(DetachPod.newBuilder().setPod(expected.wire(pod, false)));
    client
        .call(request.build(), PATIENT)
        .onSuccess(
            answer -> {
              if (answer.hasRefused()) {
                refused.add(answer.getRefused().getMessage());
              }
              promised.addAll(answer.getPodDetached().getPendingVethsList());
              done.put(pod, there);
            });
  }

  void changeAll(boolean there) {
    for (int pod = 0; pod < ExpectedPods.PODS; pod++) {
      change(pod, there);
    }
  }

  private int answered() {
    // A change of a pod that was asked for already is not counted twice: never wait for all.
    return done.size() == asked.size() ? Integer.MAX_VALUE : done.size();
  }

  /** Waits for some of the answers. */
  void untilAnswered(int some) throws Exception {
    Wait.until("some answers", () -> answered() >= some);
  }

  /** Waits until everything was granted and all promised links are gone. */
  void untilDone() throws Exception {
    Wait.until("all answered", () -> done.size() == asked.size());
    Wait.until("promised links are gone", promised::isEmpty);
    assertThat(refused).isEmpty();
    asked.clear();
    done.clear();
  }

  @Override
  public void connected() {
    connected.countDown();
  }

  @Override
  public void disconnected(String why) {}

  @Override
  public void notified(Envelope notification) {
    promised.removeAll(notification.getVethsDeleted().getNamesList());
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    client.close().toCompletionStage().toCompletableFuture().join();
  }
}
