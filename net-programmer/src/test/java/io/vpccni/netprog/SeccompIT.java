package io.vpccni.netprog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vpccni.netprog.request.Wishes;
import io.vpccni.rpc.envelope.EnvelopeClient;
import io.vpccni.rpc.socket.NativeVertx;
import io.vpccni.rpc.wire.netprog.CheckPod;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.Envelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shipped program in runc, with its two capabilities and the shipped seccomp profile. */
@Timeout(120)
class SeccompIT {
  private static final Path PROFILE =
      Path.of("target", "dist", "seccomp", "net-programmer.json").toAbsolutePath();
  private static final JsonArray CAPABILITIES = JsonArray.of("CAP_NET_ADMIN", "CAP_SYS_ADMIN");
  private static final Duration PATIENT = Duration.ofSeconds(20);

  private final Vertx vertx = NativeVertx.create(new VertxOptions().setEventLoopPoolSize(1));
  private final String id = "np-seccomp-" + ProcessHandle.current().pid();

  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @BeforeEach
  void node(@TempDir Path folder) throws Exception {
    this.folder = folder;
    assumeTrue(new UnixSystem().getUid() == 0, "needs root to make containers");
    assumeTrue(
        Files.isExecutable(Path.of("/usr/sbin/runc"))
            || Files.isExecutable(Path.of("/usr/bin/runc")),
        "needs runc");
    Files.createDirectories(folder.resolve("bundle/rootfs"));
    Files.createDirectories(folder.resolve("sysctl/net"));
    run("ip", "netns", "add", id + "-host");
    run("ip", "netns", "add", id + "-pod");
    inHost("link add eth0 address 02:00:00:63:53:4c type veth peer name far0");
    for (var link : List.of("lo", "far0", "eth0")) inHost("link set " + link + " up");
    inHost("addr add 10.0.1.10/24 dev eth0");
    inHost("route add default via 10.0.1.1");
  }

  @AfterEach
  void clean() throws Exception {
    vertx.close().await(10, SECONDS);
    if (!Files.exists(folder.resolve("bundle"))) return;
    quietly("runc", "--root", folder.resolve("runc").toString(), "delete", "--force", id);
    quietly("ip", "netns", "del", id + "-host");
    quietly("ip", "netns", "del", id + "-pod");
  }

  @Test
  void aPodIsWiredUnderTheShippedProfileAndWithProcSysReadOnly() throws Exception {
    Files.writeString(folder.resolve("bundle/config.json"), container().encodePrettily());
    var script =
        "mount --bind /proc/sys/net %1$s/sysctl/net && mount --rbind / %1$s/bundle/rootfs && exec runc --root %1$s/runc run --bundle %1$s/bundle %2$s"
            .formatted(folder, id);
    try (var running =
        NetProgrammer.launch(
            folder,
            Map.of(),
            List.of("unshare", "--mount", "--propagation", "slave", "sh", "-c", script))) {
      var log = running.awaitLog("net-programmer.sock serving");
      assertThat(log)
          .as("the rehearsal makes namespaces of its own")
          .doesNotContain("no rehearsal");
      assertThat(status("Seccomp")).as("filtered").isEqualTo("2");
      assertThat(status("CapBnd")).isEqualTo("%016x".formatted(1L << 12 | 1L << 21));

      assertThat(process().resolve("mountinfo")).content().containsPattern("/proc/sys ro[, ]");

      var host = Wishes.host().toBuilder().clearEnis().build();
      var pod = Wishes.pod().toBuilder().setNetns("/run/netns/" + id + "-pod").build();
      assertThat(ask(Wishes.sync(host)).hasHostApplied()).isTrue();
      assertThat(ask(Wishes.attach(pod)).hasPodAttached()).isTrue();
      assertThat(
              run(
                  "ip",
                  "netns",
                  "exec",
                  id + "-host",
                  "cat",
                  "/proc/sys/net/ipv4/conf/eth0/rp_filter"))
          .as("written through the other mount")
          .isEqualToIgnoringWhitespace("2");
      var checked =
          ask(Envelope.newBuilder().setCheckPod(CheckPod.newBuilder().setPod(pod)).build());
      assertThat(checked.hasPodChecked()).isTrue();
      assertThat(checked.getPodChecked().getDifferencesList()).isEmpty();
      var detached =
          ask(Envelope.newBuilder().setDetachPod(DetachPod.newBuilder().setPod(pod)).build());
      assertThat(detached.hasPodDetached()).isTrue();
      assertThat(run("ip", "netns", "exec", id + "-host", "iptables-save"))
          .contains("AWS-SNAT-CHAIN-0");
    }
  }

  @Test
  void whatCapSysAdminCouldDoBesidesIsNotInTheProfile() throws IOException {
    var allowed =
        new JsonObject(Files.readString(PROFILE))
            .getJsonArray("syscalls")
            .getJsonObject(0)
            .getJsonArray("names");

    assertThat(allowed)
        .doesNotContain(
            "mount",
            "umount2",
            "pivot_root",
            "chroot",
            "ptrace",
            "bpf",
            "perf_event_open",
            "init_module",
            "finit_module",
            "kexec_load",
            "reboot",
            "open_by_handle_at",
            "process_vm_writev",
            "keyctl",
            "io_uring_setup",
            "setns",
            "unshare",
            "clone",
            "clone3",
            "socket",
            "mknod",
            "mknodat",
            "setuid",
            "quotactl",
            "swapon",
            "sethostname",
            "userfaultfd",
            "fsopen",
            "move_mount",
            "open_tree",
            "mount_setattr",
            "pidfd_getfd");
  }

  private JsonObject container() throws IOException {
    var process =
        new JsonObject()
            .put("user", JsonObject.of("uid", 0, "gid", 10001))
            .put("args", JsonArray.of(NetProgrammer.launcher().toString()))
            .put(
                "env",
                JsonArray.of(
                    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                    "JAVA_HOME=" + System.getProperty("java.home"),
                    "NETPROG_SOCKET=" + folder.resolve("net-programmer.sock"),
                    "NETPROG_SYSCTL_ROOT=" + folder.resolve("sysctl"),
                    "NETPROG_PEER_UID=0"))
            .put("cwd", "/")
            .put("noNewPrivileges", true)
            .put(
                "capabilities",
                JsonObject.of(
                    "bounding",
                    CAPABILITIES,
                    "effective",
                    CAPABILITIES,
                    "permitted",
                    CAPABILITIES));
    var namespaces =
        JsonArray.of(
            JsonObject.of("type", "mount"),
            JsonObject.of("type", "network", "path", "/run/netns/" + id + "-host"));
    return JsonObject.of(
        "ociVersion",
        "1.0.2",
        "process",
        process,
        "root",
        JsonObject.of("path", "rootfs"),
        "linux",
        JsonObject.of(
            "namespaces",
            namespaces,
            "cgroupsPath",
            "/" + id,
            // As in every container that is not privileged; the chart mounts the host's tree beside
            // it.
            "readonlyPaths",
            JsonArray.of("/proc/sys"),
            "seccomp",
            new JsonObject(Files.readString(PROFILE))));
  }

  private String status(String name) throws Exception {
    return Files.readAllLines(process().resolve("status")).stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  private Path process() throws Exception {
    var state =
        new JsonObject(run("runc", "--root", folder.resolve("runc").toString(), "state", id));
    return Path.of("/proc", state.getInteger("pid").toString());
  }

  private Envelope ask(Envelope request) throws Exception {
    var connected = new CountDownLatch(1);
    var client =
        new EnvelopeClient(
            vertx,
            folder.resolve("net-programmer.sock"),
            1,
            new EnvelopeClient.Owner() {
              @Override
              public void connected() {
                connected.countDown();
              }

              @Override
              public void disconnected(String why) {}

              @Override
              public void notified(Envelope notification) {}
            });
    assertThat(connected.await(10, SECONDS)).isTrue();
    try {
      return client.call(request, PATIENT).await(20, SECONDS);
    } finally {
      client.close().await(10, SECONDS);
    }
  }

  private void inHost(String command) throws Exception {
    run(("ip -n " + id + "-host " + command).split(" ", -1));
  }

  private static String run(String... command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(String.join(" ", command) + ": " + output).isZero();
    return output;
  }

  private static void quietly(String... command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    process.waitFor(20, TimeUnit.SECONDS);
  }
}
