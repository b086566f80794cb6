package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * net-programmer is connected and does not answer: its process is stopped, or the thread that
 * carries requests out is stuck. How soon that is known is in {@code ConnectionTest}.
 */
class SilentProgrammerOnTheBusTest {
  @RegisterExtension final RealBus bus = new RealBus();

  @SuppressWarnings("NullAway.Init")
  private GrpcAgent agent;

  @BeforeEach
  void agent(@TempDir Path folder) {
    agent = new GrpcAgent(bus.vertx(), folder);
  }

  private String status() {
    return agent.runtime().call("STATUS", "x", "x");
  }

  private boolean unreachable() {
    return agent.view().conditions().stream()
        .anyMatch(held -> held.key().name().equals(Condition.Name.DATAPLANE_UNREACHABLE.text()));
  }

  private boolean ready() {
    return agent.health().isServing("ready");
  }

  /**
   * @param everything false where only the thread is stuck, which a conflist does not need
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isToldAndServesAgainOnceItAnswers(boolean everything) {
    agent.start();
    assertThat(ready()).isTrue();
    Promise<Void> answers = Promise.promise();
    agent.programmer.pace =
        asked ->
            everything || asked.getBodyCase() != BodyCase.INSTALL_CONFLIST
                ? answers.future()
                : Future.<Void>succeededFuture();
    until(() -> unreachable() && !status().isEmpty());
    assertThat(status()).contains("net-programmer is connected and does not answer");
    assertThat(ready()).isFalse();
    assertThat(agent.health().isServing("")).as("the agent itself is alive").isTrue();
    var add = agent.runtime().calling("ADD", "a");
    agent.programmer.pace = _ -> Future.succeededFuture();
    answers.complete();
    assertThat(await(add)).as("it waits for the answer").contains("10.0.0.10");
    until(() -> !unreachable() && ready());
    assertThat(status()).isEmpty();
  }

  /** A stopped process accepts connections, because its kernel does. */
  @Test
  void isToldThoughItHasNeverAnswered() {
    Promise<Void> answers = Promise.promise();
    agent.programmer.pace = _ -> answers.future();
    agent.deploy(agent.files());
    until(this::unreachable);
    assertThat(status()).contains("net-programmer is connected and does not answer");
    answers.complete();
    agent.programmer.pace = _ -> Future.succeededFuture();
    until(() -> !unreachable() && status().isEmpty());
  }
}
