package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.CniAnswer;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.NodeNamespaces;
import io.vpccni.e2e.testbed.PodNetwork;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The plugin and its configuration arrive where the host wants them, also while they are in use.
 */
@ExtendWith(TestbedExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstallerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String OTHER_BIN = "/var/lib/other/cni/bin";
  private static final String OTHER_CONF = "/var/lib/other/cni/net.d";
  private static final String TEMPLATE = "/etc/chart-10-aws.conflist";

  /**
   * The conflist of a chart's {@code cniConfig}, with the reference's names to fill in and members
   * of its own.
   */
  private static final String CHART =
      """
      {
        "cniVersion": "1.0.0",
        "name": "aws-cni",
        "disableCheck": true,
        "x-owner": {"team": "networks", "pager": [1, 2.50, null]},
        "plugins": [
          {
            "name": "aws-cni",
            "type": "aws-cni",
            "vethPrefix": "__VETHPREFIX__",
            "mtu": "__MTU__",
            "podSGEnforcingMode": "__PODSGENFORCINGMODE__",
            "pluginLogFile": "__PLUGINLOGFILE__",
            "pluginLogLevel": "__PLUGINLOGLEVEL__",
            "x-note": "kept"
          },
          {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true, "x-also": [true]}
        ]
      }
      """;

  private final Testbed testbed;
  private final Node node;

  InstallerIT(Testbed testbed) {
    this.testbed = testbed;
    this.node = testbed.nodes().getFirst();
  }

  @AfterAll
  void asBefore() throws IOException {
    node.init();
    node.netProgrammer().restartAsAtFirst();
    node.ipamd().restartAsAtFirst();
    node.awaitReady(PATIENCE);
  }

  @Test
  void aPluginIsReplacedWhileItWaitsInAnAdd() throws Exception {
    var before = PodTraces.of(node);
    var installed = node.namespaces().file(NodeNamespaces.CNI_BIN + "/aws-cni");
    var old = Files.readAttributes(installed, "unix:ino").get("ino");
    var build = anotherBuild();
    var pod = testbed.pods().sandbox("waits");

    node.ipamd().pause();
    Process add;
    try {
      add = start(NodeNamespaces.CNI_BIN, pod, "ADD");
      var executable = Path.of("/proc/" + add.pid() + "/exe");
      Wait.until(
          "the plugin is executed",
          PATIENCE,
          () -> Files.readSymbolicLink(executable).endsWith("aws-cni"));
      init(Map.of("NETPROG_CNI_BINARIES", build));
      assertThat(Files.readAttributes(installed, "unix:ino").get("ino")).isNotEqualTo(old);
      assertThat(installed).hasSameBinaryContentAs(node.namespaces().file(build + "/aws-cni"));
      assertThat(installed.resolveSibling("egress-cni")).hasSameBinaryContentAs(installed);
      assertThat(add.isAlive()).isTrue();
      assertThat(Files.readSymbolicLink(executable).toString()).endsWith("(deleted)");
    } finally {
      node.ipamd().resume();
    }
    var answer = answer(add);
    assertThat(answer.succeeded()).as("%s", answer).isTrue();
    assertThat(Checks.pings(node, answer.address())).isTrue();

    assertThat(answer(start(NodeNamespaces.CNI_BIN, pod, "DEL")).succeeded()).isTrue();
    testbed.pods().removeNamespace(pod);
    before.awaitOn(node);
  }

  @Test
  void otherFoldersAndAChartsListAreUsedAsTheyAre() throws Exception {
    var before = PodTraces.of(node);
    var usual =
        Files.readString(node.namespaces().file(NodeNamespaces.CNI_CONF + "/10-aws.conflist"));
    Files.writeString(node.namespaces().file(TEMPLATE), CHART);
    var folders = Map.of("HOST_CNI_BIN_PATH", OTHER_BIN, "HOST_CNI_CONFDIR_PATH", OTHER_CONF);
    node.run("mkdir", "-p", OTHER_CONF);
    init(folders);
    node.netProgrammer().restart(folders);
    node.ipamd().restart(Map.of("HOST_CNI_BIN_PATH", OTHER_BIN, "CNI_CONFLIST_TEMPLATE", TEMPLATE));
    node.awaitReady(PATIENCE);
    var conflist = node.namespaces().file(OTHER_CONF + "/10-aws.conflist");
    Wait.until(
        "the chart's list is installed", PATIENCE, () -> Files.exists(conflist), node::tails);

    var filled =
        CHART
            .replace("__VETHPREFIX__", "eni")
            .replace("__MTU__", "9001")
            .replace("__PODSGENFORCINGMODE__", "strict")
            .replace("__PLUGINLOGFILE__", "/var/log/aws-routed-eni/plugin.log")
            .replace("__PLUGINLOGLEVEL__", "DEBUG");
    assertThat(new JsonObject(Files.readString(conflist))).isEqualTo(new JsonObject(filled));
    assertThat(node.namespaces().file(NodeNamespaces.CNI_CONF + "/10-aws.conflist"))
        .hasContent(usual);

    for (var name : List.of("aws-cni", "egress-cni")) {
      assertThat(node.namespaces().file(OTHER_BIN + "/" + name))
          .isExecutable()
          .hasSameBinaryContentAs(
              node.namespaces().file(NodeNamespaces.DISTRIBUTIONS + "/cni/bin/aws-cni"));
    }
    var pod = testbed.pods().sandbox("elsewhere");
    var answer = answer(start(OTHER_BIN, pod, "ADD"));
    assertThat(answer.succeeded()).as("%s", answer).isTrue();
    assertThat(Checks.pings(node, answer.address())).isTrue();
    assertThat(answer(start(OTHER_BIN, pod, "DEL")).succeeded()).isTrue();
    testbed.pods().removeNamespace(pod);
    before.awaitOn(node);
  }

  /** Makes a folder on the node with executables that differ from the installed ones. */
  private String anotherBuild() throws IOException {
    var folder = "/var/lib/another-build";
    node.run("mkdir", "-p", folder);
    node.run("cp", NodeNamespaces.DISTRIBUTIONS + "/cni/bin/aws-cni", folder);
    // What follows an executable's last section is nothing to the kernel.
    Files.writeString(
        node.namespaces().file(folder + "/aws-cni"), "another build", StandardOpenOption.APPEND);
    return folder;
  }

  private void init(Map<String, String> changes) throws IOException {
    var environment = new TreeMap<>(node.environment());
    environment.putAll(changes);
    Tool.run(
        List.of(),
        environment,
        node.namespaces()
            .command(
                List.of(
                    NodeNamespaces.DISTRIBUTIONS + "/net-programmer/bin/net-programmer", "init")));
  }

  private Process start(String folder, PodNetwork pod, String verb) throws IOException {
    var start = new ProcessBuilder(node.namespaces().command(List.of(folder + "/aws-cni")));
    start.environment().clear();
    start.environment().putAll(pod.environment(verb));
    var process = start.start();
    try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
      in.write(node.runtime().config().encode());
    }
    return process;
  }

  private static CniAnswer answer(Process process) throws Exception {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("no answer within 60 s");
    }
    return new CniAnswer(
        process.exitValue(),
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8),
        new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
  }
}
