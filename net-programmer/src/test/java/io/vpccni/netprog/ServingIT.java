package io.vpccni.netprog;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.vertx.core.Vertx;
import io.vpccni.netprog.request.SampleRequests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares what the shipped program and its tools open and call while they serve, traced by strace
 * over a whole {@link EveryCall}, with docs/security.md and the seccomp profile.
 */
@ExtendWith(NativeVertxExtension.class)
@Timeout(180)
class ServingIT {
  private final Vertx vertx;
  private final String id = "np-serving-" + ProcessHandle.current().pid();

  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @SuppressWarnings("NullAway.Init")
  private NodeNamespace node;

  ServingIT(Vertx vertx) {
    this.vertx = vertx;
  }

  @BeforeEach
  void node(@TempDir Path folder) throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root to take rights away");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "needs strace");
    this.folder = folder;
    Files.setAttribute(folder, "unix:gid", 10001);
    Files.setAttribute(folder, "unix:mode", 01775);
    node = new NodeNamespace(id);
  }

  @AfterEach
  void clean() throws Exception {
    if (node != null) node.close();
  }

  /** A row of docs/security.md and the accesses that it allows. */
  private record Row(String what, Pattern accesses) {}

  private static Row row(String what, String... accesses) {
    return new Row(what, Pattern.compile(String.join("|", accesses)));
  }

  private List<Row> rows() {
    var own = Pattern.quote(folder.toString());
    var lib = "(/usr)?/lib(64)?/([a-z0-9_]+-linux-gnu/)?";
    return List.of(
        row(
            "`<sysctl root>/net/ipv4/conf/*/rp_filter`",
            "open /proc/sys/net/ipv4/conf/eth0/rp_filter",
            "open /proc/sys/net/ipv6/conf/[a-z0-9]+/(accept_dad|accept_ra|accept_redirects|disable_ipv6|forwarding|keep_addr_on_down)"),
        row(
            "network namespaces, in the places listed above",
            "open /run/netns/[a-z0-9-]+",
            "setns CLONE_NEWNET"),
        row("netlink: links", "socket AF_NETLINK, SOCK_RAW(\\|SOCK_CLOEXEC)?, NETLINK_ROUTE"),
        row(
            "netlink: connection tracking",
            "socket AF_NETLINK, SOCK_RAW(\\|SOCK_CLOEXEC)?, NETLINK_NETFILTER"),
        row(
            "netlink: TCP and connected UDP sockets",
            "socket AF_NETLINK, SOCK_RAW\\|SOCK_CLOEXEC, NETLINK_SOCK_DIAG"),
        row(
            "`<HOST_CNI_CONFDIR_PATH>/10-aws.conflist`",
            "(open|change) "
                + own
                + "/net\\.d(/10-aws\\.conflist|/\\.10-aws\\.conflist\\.\\d+\\.tmp)?"),
        row(
            "`iptables-save`, `iptables-restore`, the same for IPv6, `nft`",
            "execute /.*/(ip6?tables-(save|restore)|nft)",
            "execute /.*/lib/jspawnhelper"),
        row("`/proc/self/fd`, `/proc/<child>/stat`", "open /proc/(self/fd|\\d+/stat)"),
        row(
            "libraries; `/etc/ld.so.*`",
            "open " + lib + "(xtables/)?lib[A-Za-z0-9_-]+\\.so[0-9.]*",
            "open /etc/(ld\\.so\\.(cache|preload)|localtime|connlabel\\.conf|xtables/connlabel\\.conf)",
            "open (/etc|/usr/share|/usr/lib)/iproute2/[a-z_]+",
            "open /proc/net/ip6?_tables_names"),
        row(
            "`npa.sock`",
            "connect " + own + "/npa\\.sock",
            "socket AF_UNIX, SOCK_STREAM\\|SOCK_NONBLOCK, 0"));
  }

  private interface Activity {
    void live() throws Exception;
  }

  private SystemCallTrace traced(Map<String, String> more, Activity activity) throws Exception {
    var file = folder.resolve("trace");
    var command =
        Stream.concat(
                Stream.of("ip", "netns", "exec", node.name()), NetProgrammer.asOnANode().stream())
            .toList();
    var environment = new HashMap<>(EveryCall.environment(folder));
    environment.putAll(more);
    try (var running = NetProgrammer.launch(folder, environment, command)) {
      running.awaitLog("Serving socket=");
      var strace = strace(file, running.status("Pid"));
      try {
        activity.live();
      } finally {
        strace.destroy();
        strace.waitFor(20, SECONDS);
      }
    }
    return SystemCallTrace.read(file);
  }

  /** Traces all threads, and the programs that are run. */
  private Process strace(Path file, String pid) throws Exception {
    var strace =
        new ProcessBuilder("strace", "-f", "-y", "-s", "300", "-o", file.toString(), "-p", pid)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("strace.log").toFile())
            .start();
    Wait.until("strace is attached", () -> allTraced(pid));
    return strace;
  }

  private static boolean allTraced(String pid) throws IOException {
    try (var threads = Files.newDirectoryStream(Path.of("/proc", pid, "task"))) {
      for (var thread : threads) {
        if (Files.readString(thread.resolve("status")).contains("TracerPid:\t0\n")) return false;
      }
      return true;
    } catch (NoSuchFileException ended) {
      return false;
    }
  }

  private static Set<String> unexplained(SystemCallTrace trace, List<Row> rows) {
    return trace.accesses().stream()
        .filter(access -> rows.stream().noneMatch(row -> row.accesses().matcher(access).matches()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void itOpensAndCallsWhatIsListedAndNothingElse() throws Exception {
    var day = new EveryCall(vertx, folder, node);
    var trace = traced(Map.of(), day::live);

    assertThat(unexplained(trace, rows())).isEmpty();
    var docs = Files.readString(Path.of("..", "docs", "security.md"));
    var listed = docs.substring(docs.indexOf("| while serving |"), docs.indexOf("`init` also"));
    assertThat(listed.lines().filter(line -> line.startsWith("| "))).hasSize(rows().size() + 1);
    for (var row : rows()) {
      assertThat(listed).contains("\n| " + row.what());
      assertThat(trace.accesses())
          .as("there is need of the row %s", row.what())
          .anyMatch(access -> row.accesses().matcher(access).matches());
    }
    assertThat(SeccompIT.named()).containsAll(trace.calls());
  }

  /** This shows that the test above is able to fail, by another folder for namespaces. */
  @Test
  void somethingThatIsNotListedIsSeen() throws Exception {
    var elsewhere = folder.resolve("netns").toString();
    var trace =
        traced(
            Map.of("NETPROG_NETNS_FOLDERS", elsewhere),
            () -> {
              var pod = SampleRequests.pod().toBuilder().setNetns(elsewhere + "/other").build();
              var socket = EveryCall.socket(folder);
              assertThat(Client.ask(vertx, socket, SampleRequests.attach(pod)).hasRefused())
                  .isTrue();
            });
    assertThat(unexplained(trace, rows())).containsExactly("open " + elsewhere + "/other");
  }
}
