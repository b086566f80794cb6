package io.vpccni.e2e.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.e2e.testbed.NodeNamespaces;
import io.vpccni.sim.network.Netns;
import io.vpccni.sim.network.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** podman itself works on this machine with Debian's own bridge plugin. */
class PodmanIT {
  private static final Path SOURCE = Path.of("src/main/c/pod.c").toAbsolutePath();
  private static final String NAME = "vpcsim-podman" + ProcessHandle.current().pid();

  @Test
  void aContainerRunsAnswersAndGoes(@TempDir Path folder) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "containers need root");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/podman")), "needs podman");
    Tool.run(List.of(), "ip", "netns", "add", NAME);
    try (var node = NodeNamespaces.make(Netns.path(NAME), Map.of("test", folder))) {
      Files.writeString(
          node.file("/etc/cni/net.d/10-test.conflist"),
          """
          {"cniVersion":"1.0.0","name":"test","plugins":[{"type":"bridge","bridge":"br0","isGateway":true,
          "ipam":{"type":"host-local","subnet":"10.99.0.0/24"}}]}""");
      try (var podman = Podman.start(node.enter(), SOURCE, folder)) {
        assertThat(podman.run("test", "a", List.of("serve", "80"))).startsWith("10.99.0.");
        assertThat(podman.exec("a", "/pod", "read", "/proc/self/comm")).isEqualTo("pod\n");
        podman.remove("a");
      }
      assertThat(Tool.run(List.of(), "ip", "-n", NAME, "link")).doesNotContain("veth");
    } finally {
      Tool.run(List.of(), "ip", "netns", "del", NAME);
    }
  }
}
