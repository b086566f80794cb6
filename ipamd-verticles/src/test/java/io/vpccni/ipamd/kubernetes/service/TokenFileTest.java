package io.vpccni.ipamd.kubernetes.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class TokenFileTest {
  /** The kubelet's token file is not like that, but an operator's often is. */
  @Test
  void aTokenFileThatEndsWithANewlineIsAsGoodAsAnyOther(Vertx vertx, @TempDir Path folder)
      throws IOException, InterruptedException {
    var file = folder.resolve("token");
    Files.writeString(file, "s3cr3t-s3cr3t\n");
    try (var kubernetes = new KubernetesSession(vertx)) {
      System.setProperty(
          Config.KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN_FILE_SYSTEM_PROPERTY, file.toString());
      kubernetes.node(Map.of("zone", "a"), false);
      kubernetes.deploy();
      assertThat(kubernetes.nodes.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(kubernetes.conditions).noneMatch(condition -> condition.raised());
    } finally {
      System.clearProperty(Config.KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN_FILE_SYSTEM_PROPERTY);
    }
  }
}
