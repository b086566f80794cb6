package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** ADDs while net-programmer is restarted: they wait for it, as long as an ADD may wait. */
class ProgrammerRestartOnTheBusTest {
  @RegisterExtension final RealBus bus = new RealBus();

  @SuppressWarnings("NullAway.Init")
  private GrpcAgent agent;

  @BeforeEach
  void agent(@TempDir Path folder) {
    agent = new GrpcAgent(bus.vertx(), folder);
  }

  private long attachments() {
    return agent.programmer.asked.stream()
        .filter(asked -> asked.getBodyCase() == BodyCase.ATTACH_POD)
        .count();
  }

  @Test
  void anAddThatComesMeanwhileWaitsAndSucceeds() {
    agent.start();
    agent.programmerDies();
    var add = agent.runtime().calling("ADD", "a");
    await(bus.vertx().timer(300, TimeUnit.MILLISECONDS));
    assertThat(add.isComplete()).isFalse();
    agent.programmerStarts();
    assertThat(await(add)).contains("10.0.0.10").doesNotContain("code");
  }

  @Test
  void anAddWhoseAnswerIsLostIsAskedAgain() {
    agent.start();
    Promise<Void> never = Promise.promise();
    agent.programmer.pace =
        asked ->
            asked.getBodyCase() == BodyCase.ATTACH_POD
                ? never.future()
                : Future.<Void>succeededFuture();
    var add = agent.runtime().calling("ADD", "a");
    until(() -> attachments() == 1);
    agent.programmerDies();
    agent.programmer.pace = _ -> Future.succeededFuture();
    agent.programmerStarts();
    assertThat(await(add)).contains("10.0.0.10").doesNotContain("code");
    assertThat(attachments()).isEqualTo(2);
  }

  @Test
  void anAddWaitsNoLongerThanAnAddMay() {
    agent.start("ADD_WAIT_SECONDS=1");
    agent.programmerDies();
    assertThat(agent.runtime().call("ADD", "a", "a"))
        .contains("\"code\": 11", "net-programmer cannot be used");
    assertThat(agent.view().holdings()).isEmpty();
  }

  @Test
  void anAttachThatWasNotBegunIsAskedAgain() {
    agent.start();
    agent.programmer.busy.set(3);
    assertThat(await(agent.runtime().calling("ADD", "a")))
        .contains("10.0.0.10")
        .doesNotContain("code");
    assertThat(attachments()).isEqualTo(4);
  }

  @Test
  void anAttachThatIsNeverBegunFailsInTimeAndItsAddressDoesNotRest() {
    agent.start("ADD_WAIT_SECONDS=1", "IP_COOLDOWN_PERIOD=600");
    agent.programmer.busy.set(Integer.MAX_VALUE);
    assertThat(agent.runtime().call("ADD", "a", "a")).contains("\"code\": 11", "512 wait");
    assertThat(agent.view().holdings()).isEmpty();
    assertThat(agent.view().numbers().cooling()).as("no kernel has seen it").isZero();
  }

  @Test
  void aDelDoesNotWaitItIsStoredByTheExecutable() {
    agent.start();
    agent.runtime().call("ADD", "a", "a");
    agent.programmerDies();
    assertThat(agent.runtime().call("DEL", "a", "a")).contains("\"code\": 11");
  }
}
