package io.vpccni.netprog;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The shipped program in runc, with its two capabilities and the shipped seccomp profile. */
@ExtendWith(NativeVertxExtension.class)
@Timeout(120)
class SeccompIT {
  private static final Path PROFILE =
      Path.of("target", "dist", "seccomp", "net-programmer.json").toAbsolutePath();
  private static final JsonArray CAPABILITIES = JsonArray.of("CAP_NET_ADMIN", "CAP_SYS_ADMIN");
  private final Vertx vertx;
  private final String id = "np-seccomp-" + ProcessHandle.current().pid();

  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @SuppressWarnings("NullAway.Init")
  private NodeNamespace node;

  SeccompIT(Vertx vertx) {
    this.vertx = vertx;
  }

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
    node = new NodeNamespace(id);
  }

  @AfterEach
  void clean() throws Exception {
    if (node == null) return;
    var delete = List.of("runc", "--root", runc(), "delete", "--force", id);
    new ProcessBuilder(delete).start().waitFor(20, SECONDS);
    node.close();
  }

  private String runc() {
    return folder.resolve("runc").toString();
  }

  private NetProgrammer start(JsonObject profile) throws Exception {
    Files.writeString(folder.resolve("bundle/config.json"), container(profile).encodePrettily());
    var script =
        "mount --bind /proc/sys/net %1$s/sysctl/net && mount --rbind / %1$s/bundle/rootfs && exec runc --root %1$s/runc run --bundle %1$s/bundle %2$s"
            .formatted(folder, id);
    return NetProgrammer.launch(
        folder,
        Map.of(),
        List.of("unshare", "--mount", "--propagation", "slave", "sh", "-c", script));
  }

  private static JsonObject profile() throws IOException {
    return new JsonObject(Files.readString(PROFILE));
  }

  /** Returns all calls that the profile names. */
  static Set<String> named() throws IOException {
    return profile().getJsonArray("syscalls").stream()
        .flatMap(rule -> ((JsonObject) rule).getJsonArray("names").stream())
        .map(String.class::cast)
        .collect(Collectors.toSet());
  }

  @Test
  void itServesUnderTheShippedProfileAndWithProcSysReadOnly() throws Exception {
    var day = new EveryCall(vertx, folder, node);
    try (var running = start(profile())) {
      var log = running.awaitLog("Serving socket=");
      assertThat(log)
          .as("the warm-up makes namespaces of its own; on a busy machine it may run out of time")
          .doesNotContain("warm-up failed");
      assertThat(status("Seccomp")).as("filtered").isEqualTo("2");
      assertThat(status("CapBnd")).isEqualTo("%016x".formatted(1L << 12 | 1L << 21));
      assertThat(process().resolve("mountinfo")).content().containsPattern("/proc/sys ro[, ]");

      day.live();

      assertThat(node.exec("cat /proc/sys/net/ipv4/conf/eth0/rp_filter"))
          .as("written through the other mount")
          .isEqualToIgnoringWhitespace("2");
      assertThat(node.exec("iptables-save")).contains("AWS-SNAT-CHAIN-0");
    }
  }

  /**
   * A call that the profile does not name fails with EPERM, which the program may tolerate; in this
   * test it kills the program.
   */
  @Test
  void nothingThatIsNotNamedIsCalledWhileItServes() throws Exception {
    var day = new EveryCall(vertx, folder, node);
    try (var running = start(profile().put("defaultAction", "SCMP_ACT_KILL_PROCESS"))) {
      running.awaitLog("Serving socket=");
      day.live();
    }
  }

  /** This shows that the test above is able to fail. */
  @Test
  void aCallThatIsNotNamedWouldBeTheEnd() throws Exception {
    var profile = profile().put("defaultAction", "SCMP_ACT_KILL_PROCESS");
    var without =
        new JsonArray(
            profile.getJsonArray("syscalls").stream()
                .map(JsonObject.class::cast)
                .filter(call -> !call.getJsonArray("names").contains("setns"))
                .toList());
    try (var running = start(profile.put("syscalls", without))) {
      assertThat(running.awaitEnd()).as("128 + SIGSYS").isEqualTo(128 + 31);
    }
  }

  @Test
  void whatCapSysAdminCouldDoBesidesIsNotInTheProfile() throws IOException {
    var allowed = profile().getJsonArray("syscalls").getJsonObject(0).getJsonArray("names");

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

  private JsonObject container(JsonObject profile) {
    var environment =
        new JsonArray()
            .add("PATH=/usr/sbin:/usr/bin:/sbin:/bin")
            .add("JAVA_HOME=" + System.getProperty("java.home"))
            .add("NETPROG_SYSCTL_ROOT=" + folder.resolve("sysctl"));
    EveryCall.environment(folder).forEach((name, value) -> environment.add(name + "=" + value));
    var process =
        new JsonObject()
            .put("user", JsonObject.of("uid", 0, "gid", 10001))
            .put("args", JsonArray.of(NetProgrammer.launcher().toString()))
            .put("env", environment)
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
            JsonObject.of("type", "mount"), JsonObject.of("type", "network", "path", node.path()));
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
            profile));
  }

  private String status(String name) throws Exception {
    return Files.readAllLines(process().resolve("status")).stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  private Path process() throws Exception {
    var state = new JsonObject(NodeNamespace.run("runc", "--root", runc(), "state", id));
    return Path.of("/proc", state.getInteger("pid").toString());
  }
}
