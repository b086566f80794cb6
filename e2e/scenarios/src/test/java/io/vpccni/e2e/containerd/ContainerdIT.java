package io.vpccni.e2e.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vpccni.e2e.wire.cri.RuntimeCondition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The runtime itself works on this machine with Debian's own bridge plugin, so that what fails
 * elsewhere is our fault.
 */
class ContainerdIT {
  private static final Path SOURCE = Path.of("src/main/c/pod.c").toAbsolutePath();

  /** It has the native transport, which the parameter of vertx-junit5 lacks. */
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));

  @BeforeEach
  void needed() {
    assumeTrue("root".equals(System.getProperty("user.name")), "containers need root");
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void aPodRunsAnswersAndGoes(@TempDir Path folder) throws Exception {
    var node =
        new ProcessBuilder(
                "unshare",
                "--net",
                "--mount",
                "--propagation",
                "private",
                "--",
                "sh",
                "-c",
                "for d in /run /var/lib /etc/cni /opt; do mkdir -p $d; done; ip link set lo up;"
                    + " mount -t tmpfs t /run; mount -t tmpfs t /var/lib; mkdir -p /run/netns /etc/cni; mount -t tmpfs t /etc/cni;"
                    + " mount -t tmpfs t /opt; mkdir -p /etc/cni/net.d /opt/cni/bin; cp /usr/lib/cni/* /opt/cni/bin; echo ready; exec cat")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(
              new String(
                  node.getInputStream().readNBytes(5), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo("ready");
      var enter = List.of("nsenter", "--target", Long.toString(node.pid()), "--net", "--mount");
      Files.writeString(
          Path.of("/proc/" + node.pid() + "/root/etc/cni/net.d/10-test.conflist"),
          """
          {"cniVersion":"1.0.0","name":"test","plugins":[{"type":"bridge","bridge":"br0","isGateway":true,
          "ipam":{"type":"host-local","subnet":"10.99.0.0/24"}}]}""");
      try (var containerd = Containerd.start(enter, SOURCE, folder)) {
        var kubelet = new Kubelet(vertx, containerd.socket());
        assertThat(wait(kubelet.conditions())).allMatch(RuntimeCondition::getStatus);
        var pod = wait(kubelet.run(Kubelet.Pod.named("a")));
        assertThat(pod.ip()).startsWith("10.99.0.");
        var container = wait(kubelet.start(pod, List.of("serve", "80")));
        assertThat(wait(kubelet.exec(container, List.of("/pod", "read", "/proc/self/comm"))))
            .isEqualTo("pod\n");
        var unused = wait(kubelet.remove(pod));
        assertThat(wait(kubelet.list())).isEmpty();
      }
    } finally {
      node.destroyForcibly().waitFor();
    }
  }

  private static <T> T wait(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
