package io.vpccni.metricshelper.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.vertx.core.Vertx;
import io.vpccni.metricshelper.config.HelperConfig.Kubernetes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kubelet's token ends without a newline, but an operator's often does not. */
class TokenFileTest {
  private final FakeCluster cluster = new FakeCluster(3, 0);
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws TimeoutException {
    vertx.close().await(20, TimeUnit.SECONDS);
    cluster.close();
  }

  @Test
  void aTokenFileThatEndsWithANewlineIsAsGoodAsAnyOther(@TempDir Path folder)
      throws IOException, TimeoutException {
    var file = folder.resolve("token");
    Files.writeString(file, "s3cr3t-s3cr3t\n");
    var property = Config.KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN_FILE_SYSTEM_PROPERTY;
    System.setProperty(property, file.toString());
    try {
      list(new Kubernetes(Optional.empty(), Optional.of(cluster.url()), "test"));
    } finally {
      System.clearProperty(property);
    }
    assertThat(cluster.authorizations).containsExactly("Bearer s3cr3t-s3cr3t");
  }

  @Test
  void soIsOneInAKubeconfig(@TempDir Path folder) throws IOException, TimeoutException {
    var file = folder.resolve("kubeconfig");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s"}}]
        users: [{name: u, user: {token: "s3cr3t-s3cr3t\\n"}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
            .formatted(cluster.url()));
    list(new Kubernetes(Optional.of(file.toString()), Optional.empty(), "test"));
    assertThat(cluster.authorizations).containsExactly("Bearer s3cr3t-s3cr3t");
  }

  private void list(Kubernetes settings) throws TimeoutException {
    try (var server = ApiServer.open(settings, "test", vertx)) {
      var pods = new ApiServerPods(server, vertx.getOrCreateContext());
      assertThat(pods.list().await(60, TimeUnit.SECONDS)).hasSize(3);
    }
  }
}
