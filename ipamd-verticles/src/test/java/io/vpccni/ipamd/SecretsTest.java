package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.WarningEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** No text that leaves the agent shows a secret that a part below has put into its error. */
class SecretsTest {
  private static final String SECRET = "s3cr3t-s3cr3t-s3cr3t";
  private static final String LEAK = "header refused: Authorization: Bearer " + SECRET;

  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @SuppressWarnings("NullAway.Init")
  private GrpcAgent agent;

  @BeforeEach
  void agent() {
    agent = new GrpcAgent(bus.vertx(), folder);
    agent.kubernetes = _ -> Future.succeededFuture(new KubernetesReply.Unavailable(LEAK));
  }

  @Test
  void theAnswerToARuntimeShowsNone() {
    agent.start("ANNOTATE_POD_IP=true");
    assertThat(agent.runtime().call("ADD", "a", "a"))
        .contains("could not be annotated", "[redacted]")
        .doesNotContain(SECRET);
  }

  @Test
  void theStatusOfAGrpcCallShowsNone() {
    agent.start("ANNOTATE_POD_IP=true");
    agent.add("a");
    assertThatThrownBy(() -> agent.del("a"))
        .hasMessageContaining("[redacted]")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void aConditionAndAnEventShowNone() {
    List<ConditionChanged> conditions = new CopyOnWriteArrayList<>();
    await(ConditionChanged.TOPIC.hear(bus.vertx().eventBus(), conditions::add));
    ConditionChanged.TOPIC.publish(
        bus.vertx().eventBus(), ConditionChanged.raised("X", "", "Y", LEAK));
    until(() -> !conditions.isEmpty());
    assertThat(conditions.getFirst().detail()).contains("[redacted]").doesNotContain(SECRET);
    assertThat(new WarningEvent("X", "Y", LEAK).note()).doesNotContain(SECRET);
  }
}
