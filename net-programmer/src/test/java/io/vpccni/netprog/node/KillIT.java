package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.rpc.envelope.EnvelopeClient;
import io.vpccni.rpc.socket.NativeVertx;
import io.vpccni.rpc.wire.netprog.AttachPod;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Host;
import io.vpccni.rpc.wire.netprog.Pod;
import io.vpccni.rpc.wire.netprog.PodInterface;
import io.vpccni.rpc.wire.netprog.SecondaryEni;
import io.vpccni.rpc.wire.netprog.Sync;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped program, with the rights it has on a node, is killed again and again while pods come
 * and go. The test keeps its own book, as the agent does, and in the end the kernel, read with
 * {@code ip}, must agree with it.
 */
@Timeout(180)
class KillIT {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final String MAC1 = "02:00:00:03:46:85";
  private static final int PODS = 200;
  private static final int KILLS = 4;
  private static final long SEED = 20261123;
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final Path LAUNCHER =
      Path.of("target", "dist", "bin", "net-programmer").toAbsolutePath();

  private final Vertx vertx = NativeVertx.create(new VertxOptions().setEventLoopPoolSize(1));
  private final Random random = new Random(SEED);
  private final List<String> namespaces = new ArrayList<>();

  /** By pod: true if it is to be there. Only what was answered is certain. */
  private final Map<Integer, Boolean> book = new TreeMap<>();

  private final Set<String> promised = ConcurrentHashMap.newKeySet();

  @Test
  void theKernelHoldsExactlyWhatTheBookSays(@TempDir Path folder) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    assumeTrue(Files.isExecutable(LAUNCHER), "built by the package phase");
    try (var scene = new Scene()) {
      scene.primary(MAC0, "10.0.0.4/18");
      scene.eni("eth1", MAC1);
      for (int i = 0; i < PODS; i++) {
        namespaces.add(scene.podNamespace());
      }
      for (int kill = 0; kill < KILLS; kill++) {
        try (var run = new Run(scene, folder)) {
          run.sync();
          int operations = 40 + random.nextInt(160);
          for (int i = 0; i < operations; i++) {
            run.change(random.nextInt(PODS), random.nextBoolean());
          }
          // Somewhere in the middle of what was asked for.
          int answered = random.nextInt(operations);
          Scene.until("some answers", () -> run.answered() >= answered);
        }
      }
      try (var run = new Run(scene, folder)) {
        run.sync();
        for (int pod = 0; pod < PODS; pod++) {
          run.change(pod, book.getOrDefault(pod, false));
        }
        run.untilAnswered();
        Scene.until("promised links are gone", promised::isEmpty);
        assertThat(run.refused).isEmpty();
        compare(scene);
      }
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }

  private void compare(Scene scene) {
    var rules = new TreeSet<String>();
    var routes = new TreeSet<String>();
    var links = new TreeSet<String>();
    book.forEach(
        (pod, there) -> {
          if (there) {
            rules.add("512: from all to " + ip(pod) + " lookup main");
            if (table(pod) != 254) {
              rules.add("1536: from " + ip(pod) + " lookup " + table(pod));
            }
            routes.add(ip(pod) + " dev " + veth(pod) + " scope link");
            links.add(veth(pod));
          }
        });
    assertThat(lines(Observed.normal(scene.onNode("rule")), "(512|1536): .*")).isEqualTo(rules);
    assertThat(lines(Observed.normal(scene.onNode("-4 route")), "10\\.0\\.1\\..*|.*dev eni.*"))
        .isEqualTo(routes);
    var names = scene.onNode("-br link").replaceAll("(?m)@.*$", "");
    assertThat(lines(names, "eni.*")).isEqualTo(links);
    links.forEach(
        link ->
            assertThat(
                    Scene.run(
                        "ip netns exec "
                            + scene.node
                            + " cat /proc/sys/net/ipv6/conf/"
                            + link
                            + "/accept_ra"))
                .isEqualTo("0\n"));
    book.forEach(
        (pod, there) ->
            assertThat(Scene.ip("-n " + namespaces.get(pod) + " -4 addr").contains(ip(pod) + "/32"))
                .as("address of pod %d", pod)
                .isEqualTo(there));
  }

  private static Set<String> lines(String text, String pattern) {
    return text.lines()
        .filter(line -> line.matches(pattern))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String ip(int pod) {
    return "10.0.1." + pod;
  }

  private static String veth(int pod) {
    return "eni%011x".formatted(pod);
  }

  private static int table(int pod) {
    return pod % 2 == 0 ? 254 : 2;
  }

  private Pod wire(int pod, boolean inside) {
    var builder =
        Pod.newBuilder()
            .setContainerId("container-" + pod)
            .setIfName("eth0")
            .setPodNamespace("default")
            .setPodName("pod-" + pod)
            .setMtu(9001)
            .addInterfaces(
                PodInterface.newBuilder()
                    .setIfName("eth0")
                    .setHostVeth(veth(pod))
                    .setIp(ip(pod))
                    .setRouteTable(table(pod)));
    return (inside ? builder.setNetns("/run/netns/" + namespaces.get(pod)) : builder).build();
  }

  private static Host host() {
    return Host.newBuilder()
        .setIpv4(true)
        .setPrimaryMac(MAC0)
        .setPrimaryIpv4("10.0.0.4")
        .addVpcIpv4Cidrs("10.0.0.0/16")
        .setNodePort(true)
        .setConnmark(0x80)
        .setEniMtu(9001)
        .setVethPrefix("eni")
        .addEnis(
            SecondaryEni.newBuilder()
                .setEniId("eni-1")
                .setMac(MAC1)
                .setPrimaryIp("10.0.23.206")
                .setSubnetCidr("10.0.0.0/18")
                .setDeviceNumber(1)
                .setRouteTable(2))
        .build();
  }

  /** One life of the program; its end is a kill. */
  private final class Run implements EnvelopeClient.Owner, AutoCloseable {
    private final Process process;
    private final EnvelopeClient client;
    private final CountDownLatch connected = new CountDownLatch(1);
    private final Map<Integer, Boolean> asked = new ConcurrentHashMap<>();
    private final Map<Integer, Boolean> done = new ConcurrentHashMap<>();
    private final List<String> refused = new java.util.concurrent.CopyOnWriteArrayList<>();

    Run(Scene scene, Path folder) throws Exception {
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
          new ProcessBuilder("ip", "netns", "exec", scene.node, "sh", "-c", script)
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

    private static String log(Path folder) {
      try {
        return Files.readString(folder.resolve("log"));
      } catch (java.io.IOException e) {
        return e.toString();
      }
    }

    void sync() throws Exception {
      var sync = Sync.newBuilder().setHost(host()).addAllDeletions(promised);
      book.forEach(
          (pod, there) -> {
            if (there) {
              sync.addPods(wire(pod, false));
            }
          });
      var answer =
          client
              .call(Envelope.newBuilder().setSync(sync).build(), PATIENT)
              .await(20, TimeUnit.SECONDS);
      assertThat(answer.getBodyCase())
          .as(answer.toString())
          .isEqualTo(Envelope.BodyCase.HOST_APPLIED);
    }

    /** One change of a pod at a time; its book entry is written when it is asked for. */
    void change(int pod, boolean there) {
      if (asked.putIfAbsent(pod, there) != null) {
        return;
      }
      book.put(pod, there);
      var request =
          there
              ? Envelope.newBuilder().setAttachPod(AttachPod.newBuilder().setPod(wire(pod, true)))
              : Envelope.newBuilder().setDetachPod(DetachPod.newBuilder().setPod(wire(pod, false)));
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

    int answered() {
      // A change of a pod that was asked for already is not counted twice: never wait for all.
      return done.size() == asked.size() ? Integer.MAX_VALUE : done.size();
    }

    void untilAnswered() throws InterruptedException {
      Scene.until("all answered", () -> done.size() == asked.size());
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
}
