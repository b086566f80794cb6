package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.e2e.podman.Podman;
import io.vpccni.rpc.address.Ip;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's podman with its CNI backend runs containers with the conflist that the agent installed.
 */
@ExtendWith(CniNodeExtension.class)
class PodmanPodIT {
  @Test
  void podmanRunsAContainerAndLeavesNothing(CniNode cni, @TempDir Path folder) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/podman")), "needs podman");
    var node = cni.node();
    var before = PodTraces.of(node);
    var source = Path.of("src/main/c/pod.c").toAbsolutePath();
    try (var podman = Podman.start(node.namespaces().enter(), source, folder)) {
      var ip = podman.run("aws-cni", "with-podman", List.of("serve", "80"));
      assertThat(Checks.allocated(node)).contains(ip);
      assertThat(Checks.pings(node, Ip.parse(ip))).isTrue();
      podman.remove("with-podman");
    }
    before.awaitOn(node);
  }
}
