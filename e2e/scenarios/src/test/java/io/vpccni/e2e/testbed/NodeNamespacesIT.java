package io.vpccni.e2e.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.sim.network.Netns;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeNamespacesIT {
  private static final String NAME = "vpcsim-node" + ProcessHandle.current().pid();

  @BeforeEach
  void namespace() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Tool.run(List.of(), "ip", "netns", "add", NAME);
  }

  @AfterEach
  void noNamespace() throws IOException {
    Tool.run(List.of(), "ip", "netns", "del", NAME);
  }

  @Test
  void defaultPathsAreTheNodesOwn(@TempDir Path app) throws IOException {
    Files.writeString(app.resolve("hello"), "from the build");
    try (var namespaces = NodeNamespaces.make(Netns.path(NAME), Map.of("app", app))) {
      on(
          namespaces,
          "sh",
          "-c",
          "echo x > /etc/cni/net.d/10-x.conflist; echo x > /run/aws.x; echo x > /opt/cni/bin/x");
      on(
          namespaces,
          "sh",
          "-c",
          "echo x > /var/log/x; echo x > /var/run/y; echo x > /tmp/only-on-the-node");
      assertThat(Files.readString(namespaces.file("/etc/cni/net.d/10-x.conflist")))
          .isEqualTo("x\n");
      assertThat(Files.readString(namespaces.file("/run/y"))).isEqualTo("x\n");
      assertThat(on(namespaces, "cat", "/opt/vpc-cni/app/hello")).isEqualTo("from the build");
      assertThat(on(namespaces, "ls", "/sys/fs/cgroup")).isNotEmpty();
    }
    assertThat(List.of("/etc/cni/net.d/10-x.conflist", "/run/aws.x", "/opt/cni/bin/x", "/run/y"))
        .noneMatch(path -> Files.exists(Path.of(path)));
    assertThat(List.of("/opt/vpc-cni", "/var/log/x", "/tmp/only-on-the-node", "/run/.node"))
        .noneMatch(path -> Files.exists(Path.of(path)));
  }

  @Test
  void namespacesMadeOnEitherSideAreUsableOnTheOther(@TempDir Path app) throws IOException {
    var inside = NAME + "-inside";
    var outside = NAME + "-outside";
    try (var namespaces = NodeNamespaces.make(Netns.path(NAME), Map.of("app", app))) {
      on(namespaces, "ip", "netns", "add", inside);
      Tool.run(List.of(), "ip", "netns", "add", outside);
      assertThat(on(namespaces, "ip", "-n", outside, "link")).contains("lo:");
      assertThat(Tool.run(List.of(), "ip", "-n", inside, "link")).contains("lo:");
      Tool.run(List.of(), "ip", "netns", "del", inside);
      on(namespaces, "ip", "netns", "del", outside);
      assertThat(Tool.run(List.of(), "ip", "netns")).doesNotContain(inside, outside);
    }
    assertThat(Tool.run(List.of(), "ip", "-n", NAME, "link")).contains("lo:");
  }

  private static String on(NodeNamespaces namespaces, String... words) throws IOException {
    return Tool.run(List.of(), namespaces.command(List.of(words)).toArray(String[]::new));
  }
}
