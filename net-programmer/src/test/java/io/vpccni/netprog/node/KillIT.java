package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.rpc.envelope.EnvelopeClient;
import io.vpccni.rpc.socket.NativeVertx;
import io.vpccni.rpc.wire.netprog.AttachPod;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.Egress;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Host;
import io.vpccni.rpc.wire.netprog.HostApplied;
import io.vpccni.rpc.wire.netprog.Pod;
import io.vpccni.rpc.wire.netprog.PodInterface;
import io.vpccni.rpc.wire.netprog.SecondaryEni;
import io.vpccni.rpc.wire.netprog.Sync;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shipped program, with the rights it has on a node, is killed again and again while pods come
 * and go: most with one interface, some with two, some with egress of the other family. The test
 * keeps its own book, as the agent does, and in the end the kernel, read with {@code ip}, must
 * agree with it.
 */
@Timeout(180)
class KillIT {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final String MAC1 = "02:00:00:03:46:85";
  private static final String MAC2 = "02:00:00:71:f9:f8";
  private static final int PODS = 200;
  private static final int KILLS = 4;
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final Path LAUNCHER =
      Path.of("target", "dist", "bin", "net-programmer").toAbsolutePath();

  private final Vertx vertx = NativeVertx.create(new VertxOptions().setEventLoopPoolSize(1));
  private final List<String> namespaces = new ArrayList<>();

  /** By pod: true if it is to be there. Only what was answered is certain. */
  private final Map<Integer, Boolean> book = new TreeMap<>();

  private final Set<String> promised = ConcurrentHashMap.newKeySet();

  @ParameterizedTest
  @ValueSource(longs = {20261123, 2})
  void theKernelHoldsExactlyWhatTheBookSays(long seed, @TempDir Path folder) throws Exception {
    var random = new Random(seed);
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    assumeTrue(Files.isExecutable(LAUNCHER), "built by the package phase");
    try (var scene = new Scene()) {
      scene.primary(MAC0, "10.0.0.4/18");
      scene.eni("eth1", MAC1);
      scene.eni("eth2", MAC2);
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
      withAllPodsARestartChangesNothing(scene, folder);
      killedWhileAllGoNothingIsLeft(scene, folder, random);
    } finally {
      vertx.close().await(10, TimeUnit.SECONDS);
    }
  }

  private void withAllPodsARestartChangesNothing(Scene scene, Path folder) throws Exception {
    try (var run = new Run(scene, folder)) {
      run.sync();
      for (int pod = 0; pod < PODS; pod++) {
        run.change(pod, true);
      }
      run.untilAnswered();
      assertThat(run.refused).isEmpty();
    }
    compare(scene);
    var netfilter = netfilter(scene);
    try (var monitor = new Monitor(scene.node, "route", "rule", "link", "address", "neigh")) {
      Scene.until("links are quiet", () -> monitor.changes().isEmpty());
      try (var run = new Run(scene, folder)) {
        assertThat(run.sync().getChanges()).isZero();
        assertThat(monitor.changes()).isEmpty();
      }
    }
    assertThat(netfilter(scene)).as("handles too: nothing was made again").isEqualTo(netfilter);
    compare(scene);
  }

  private void killedWhileAllGoNothingIsLeft(Scene scene, Path folder, Random random)
      throws Exception {
    try (var run = new Run(scene, folder)) {
      run.sync();
      for (int pod = 0; pod < PODS; pod++) {
        run.change(pod, false);
      }
      int answered = random.nextInt(PODS);
      Scene.until("some answers", () -> run.answered() >= answered);
    }
    try (var run = new Run(scene, folder)) {
      run.sync();
      for (int pod = 0; pod < PODS; pod++) {
        run.change(pod, false);
      }
      run.untilAnswered();
      Scene.until("promised links are gone", promised::isEmpty);
      assertThat(run.refused).isEmpty();
      assertThat(there()).isEmpty();
      compare(scene);
    }
  }

  private static String netfilter(Scene scene) {
    return scene.exec("nft -s -a list ruleset")
        + Observed.saved(scene.exec("iptables-save"))
        + Observed.saved(scene.exec("ip6tables-save"));
  }

  /** Everything in the node's namespace is what this says, and nothing besides. */
  private void compare(Scene scene) throws Exception {
    assertThat(json(scene.onNode("-j -4 rule"))).isEqualTo(rules());
    assertThat(
            json(scene.onNode("-j -4 route show table all")).stream()
                .filter(route -> !"local".equals(route.get("table")))
                .collect(Collectors.toSet()))
        .isEqualTo(routes());
    var links = new TreeMap<String, String>();
    for (var link : json(scene.onNode("-j link"))) {
      links.put(String.valueOf(link.get("ifname")), link.get("mtu") + " " + link.get("operstate"));
    }
    var wished = new TreeMap<String, String>();
    for (var eni : List.of("eth0", "eth1", "eth2")) {
      wished.put(eni, "9001 UP");
      wished.put("c-" + eni, "1500 UP");
    }
    wished.put("lo", "65536 UNKNOWN");
    there().flatMap(KillIT::veths).forEach(veth -> wished.put(veth, "9001 UP"));
    assertThat(links).isEqualTo(wished);
    assertThat(
            json(scene.onNode("-j -6 route show table main")).stream()
                .filter(route -> String.valueOf(route.get("dst")).startsWith("fd00::ac:"))
                .map(route -> route.get("dst") + " dev " + route.get("dev")))
        .containsExactlyInAnyOrderElementsOf(
            there()
                .filter(KillIT::hasEgress)
                .map(pod -> egressIp(pod) + " dev " + egressVeth(pod))
                .toList());
    assertThat(scene.exec("ip6tables-save -t nat").lines().filter(line -> line.contains("-s fd00")))
        .hasSize(1);
    var dump = Observed.read("default.txt");
    if (!Scene.run("iptables --version").contains("legacy")) {
      assertThat(Observed.saved(scene.exec("iptables-save")))
          .isEqualTo(dump.section("iptables-save"));
      assertThat(Observed.nft(scene))
          .isEqualTo(dump.section("nft list table ip aws-cni").replaceAll("(?m)^ +", ""));
      var objects =
          new JsonObject(scene.exec("nft -j list table ip aws-cni")).getJsonArray("nftables");
      assertThat(objects.stream().filter(one -> ((JsonObject) one).containsKey("rule"))).hasSize(5);
    }
    for (int pod = 0; pod < PODS; pod++) {
      compareInside(scene, pod);
    }
  }

  private void compareInside(Scene scene, int pod) {
    var in = "-n " + namespaces.get(pod) + " ";
    boolean there = book.getOrDefault(pod, false);
    var names = new ArrayList<>(List.of("lo"));
    var addresses = new ArrayList<String>();
    var rules = "0:\tfrom all lookup local\n";
    if (there) {
      names.add("eth0");
      addresses.add(ip(pod) + "/32");
      if (hasTwoInterfaces(pod)) {
        names.add("mNicIf1");
        addresses.add(secondIp(pod) + "/32");
        rules += "1:\tfrom " + secondIp(pod) + " lookup 1\n";
        assertThat(Scene.ip(in + "route show table 1"))
            .isEqualTo(
                "default via 169.254.1.2 dev mNicIf1 \n169.254.1.2 dev mNicIf1 scope link \n");
      }
      if (hasEgress(pod)) {
        names.add("v6if0");
        assertThat(Scene.ip(in + "-6 addr show v6if0")).contains(egressIp(pod) + "/118");
        assertThat(Scene.ip(in + "-6 route")).containsPattern("default via fe80::\\S+ dev v6if0");
      }
      assertThat(scene.exec("cat /proc/sys/net/ipv6/conf/" + veth(pod) + "/accept_ra"))
          .isEqualTo("0\n");
    }
    assertThat(json(Scene.ip(in + "-j link")).stream().map(link -> link.get("ifname")))
        .as("links of pod %d", pod)
        .containsExactlyInAnyOrderElementsOf(names);
    assertThat(Scene.ip(in + "-4 -br addr").lines().map(line -> line.split(" +", -1)[2]).toList())
        .as("addresses of pod %d", pod)
        .containsExactlyInAnyOrderElementsOf(addresses);
    if (there) {
      // Of one that is gone a rule stays until its namespace goes: a detach never enters it.
      assertThat(Scene.ip(in + "rule"))
          .as("rules of pod %d", pod)
          .isEqualTo(rules + "32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n");
    }
    assertThat(Scene.ip(in + "route"))
        .as("routes of pod %d", pod)
        .isEqualTo(
            there ? "default via 169.254.1.1 dev eth0 \n169.254.1.1 dev eth0 scope link \n" : "");
  }

  private Stream<Integer> there() {
    return book.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey);
  }

  private Set<Map<String, Object>> rules() {
    var rules = new HashSet<Map<String, Object>>();
    rules.add(Map.of("priority", 0, "src", "all", "table", "local"));
    rules.add(
        Map.of(
            "priority", 1024, "src", "all", "fwmark", "0x80", "fwmask", "0x80", "table", "main"));
    rules.add(Map.of("priority", 32765, "src", "10.0.23.206", "table", "2"));
    rules.add(Map.of("priority", 32765, "src", "10.0.64.5", "table", "10101"));
    rules.add(Map.of("priority", 32766, "src", "all", "table", "main"));
    rules.add(Map.of("priority", 32767, "src", "all", "table", "default"));
    there()
        .forEach(
            pod -> {
              rules.add(Map.of("priority", 512, "src", "all", "dst", ip(pod), "table", "main"));
              if (table(pod) != 254) {
                rules.add(Map.of("priority", 1536, "src", ip(pod), "table", "" + table(pod)));
              }
              if (hasTwoInterfaces(pod)) {
                rules.add(
                    Map.of("priority", 512, "src", "all", "dst", secondIp(pod), "table", "main"));
                rules.add(Map.of("priority", 1536, "src", secondIp(pod), "table", "10101"));
              }
            });
    return rules;
  }

  private Set<Map<String, Object>> routes() {
    var none = List.of();
    var routes = new HashSet<Map<String, Object>>();
    routes.add(
        Map.of(
            "dst", "10.0.0.0/18",
            "dev", "eth0",
            "protocol", "kernel",
            "scope", "link",
            "prefsrc", "10.0.0.4",
            "flags", none));
    routes.add(
        Map.of(
            "dst", "default", "gateway", "10.0.0.1", "dev", "eth1", "table", "2", "flags", none));
    routes.add(
        Map.of("dst", "10.0.0.1", "dev", "eth1", "table", "2", "scope", "link", "flags", none));
    routes.add(
        Map.of(
            "dst", "default",
            "gateway", "10.0.64.1",
            "dev", "eth2",
            "table", "10101",
            "flags", none));
    routes.add(
        Map.of(
            "dst", "10.0.64.1", "dev", "eth2", "table", "10101", "scope", "link", "flags", none));
    there()
        .forEach(
            pod -> {
              routes.add(Map.of("dst", ip(pod), "dev", veth(pod), "scope", "link", "flags", none));
              if (hasTwoInterfaces(pod)) {
                routes.add(
                    Map.of(
                        "dst",
                        secondIp(pod),
                        "dev",
                        secondVeth(pod),
                        "scope",
                        "link",
                        "flags",
                        none));
              }
            });
    return routes;
  }

  @SuppressWarnings("unchecked")
  private static Set<Map<String, Object>> json(String text) {
    var values = new HashSet<Map<String, Object>>();
    for (var one : new JsonArray(text).getList()) {
      values.add((Map<String, Object>) one);
    }
    assertThat(values).as("nothing twice").hasSameSizeAs(new JsonArray(text).getList());
    return values;
  }

  private static String ip(int pod) {
    return "10.0.1." + pod;
  }

  private static String veth(int pod) {
    return "eni%011x".formatted(pod);
  }

  /** Each tenth. */
  private static boolean hasTwoInterfaces(int pod) {
    return pod % 10 == 3;
  }

  private static String secondIp(int pod) {
    return "10.0.65." + pod;
  }

  private static String secondVeth(int pod) {
    return "eni1%010x".formatted(pod);
  }

  /** Each tenth. */
  private static boolean hasEgress(int pod) {
    return pod % 10 == 7;
  }

  private static String egressIp(int pod) {
    return "fd00::ac:%x".formatted(0x100 + pod);
  }

  private static String egressVeth(int pod) {
    return "veth%08x".formatted(pod);
  }

  private static Stream<String> veths(int pod) {
    return Stream.of(
            Stream.of(veth(pod)),
            hasTwoInterfaces(pod) ? Stream.of(secondVeth(pod)) : Stream.<String>empty(),
            hasEgress(pod) ? Stream.of(egressVeth(pod)) : Stream.<String>empty())
        .flatMap(names -> names);
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
    if (hasTwoInterfaces(pod)) {
      builder.addInterfaces(
          PodInterface.newBuilder()
              .setIfName("mNicIf1")
              .setHostVeth(secondVeth(pod))
              .setIp(secondIp(pod))
              .setRouteTable(10101));
    }
    if (hasEgress(pod)) {
      builder.setEgress(Egress.newBuilder().setIp(egressIp(pod)).setHostVeth(egressVeth(pod)));
    }
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
        .setPrimaryIpv6("2001:db8::4")
        .setIpv6Egress(true)
        .addEnis(
            SecondaryEni.newBuilder()
                .setEniId("eni-1")
                .setMac(MAC1)
                .setPrimaryIp("10.0.23.206")
                .setSubnetCidr("10.0.0.0/18")
                .setDeviceNumber(1)
                .setRouteTable(2))
        .addEnis(
            SecondaryEni.newBuilder()
                .setEniId("eni-2")
                .setMac(MAC2)
                .setPrimaryIp("10.0.64.5")
                .setSubnetCidr("10.0.64.0/18")
                .setNetworkCard(1)
                .setDeviceNumber(1)
                .setRouteTable(10101))
        .build();
  }

  /** One life of the program; its end is a kill. */
  private final class Run implements EnvelopeClient.Owner, AutoCloseable {
    private final Process process;
    private final Path folder;
    private final EnvelopeClient client;
    private final CountDownLatch connected = new CountDownLatch(1);
    private final Map<Integer, Boolean> asked = new ConcurrentHashMap<>();
    private final Map<Integer, Boolean> done = new ConcurrentHashMap<>();
    private final List<String> refused = new java.util.concurrent.CopyOnWriteArrayList<>();

    Run(Scene scene, Path folder) throws Exception {
      this.folder = folder;
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

    HostApplied sync() throws Exception {
      var sync = Sync.newBuilder().setHost(host()).addAllDeletions(promised);
      book.forEach(
          (pod, there) -> {
            if (there) {
              sync.addPods(wire(pod, false));
            }
          });
      // On a busy machine more than 2 s may pass between connecting and asking: then the server
      // closes, and the client connects again.
      var request = Envelope.newBuilder().setSync(sync).build();
      var answer =
          client
              .call(request, PATIENT)
              .recover(_ -> client.call(request, PATIENT))
              .recover(why -> Future.failedFuture(new AssertionError(log(folder), why)))
              .await(40, TimeUnit.SECONDS);
      assertThat(answer.getBodyCase())
          .as(answer.toString())
          .isEqualTo(Envelope.BodyCase.HOST_APPLIED);
      return answer.getHostApplied();
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
