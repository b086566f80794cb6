package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * STATUS by default: kubelet gives up a node for one error, so a node that could serve is not
 * called broken at once. What {@code ready} says stays the truth.
 */
class SafeStatusOnTheBusTest {
  private static final String SAFE = "CNI_STATUS_MODE=safe";

  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @SuppressWarnings("NullAway.Init")
  private GrpcAgent agent;

  @BeforeEach
  void agent() {
    agent = new GrpcAgent(bus.vertx(), folder);
  }

  private String status() {
    return agent.runtime().call("STATUS", "x", "x");
  }

  @Test
  void aNodeThatCouldServeIsSparedAndReadySaysTheTruth() {
    agent.start(SAFE, "ADD_WAIT_SECONDS=1");
    until(() -> status().isEmpty());
    until(() -> Files.exists(folder.resolve("last-ready")));
    Promise<Void> answers = Promise.promise();
    agent.programmer.pace = _ -> answers.future();
    until(() -> !agent.health().isServing("ready"));
    assertThat(status()).isEmpty();
    assertThat(agent.runtime().call("ADD", "a", "a")).contains("net-programmer");
  }

  @Test
  void aNodeThatCouldNeverServeIsNotReady() {
    Promise<Void> answers = Promise.promise();
    agent.programmer.pace = _ -> answers.future();
    agent.deploy(agent.files(), SAFE, "ADD_WAIT_SECONDS=1");
    assertThat(status()).contains("\"code\": 50");
    assertThat(folder.resolve("last-ready")).doesNotExist();
    answers.complete();
    agent.programmer.pace = _ -> Future.succeededFuture();
    until(() -> status().isEmpty());
  }
}
