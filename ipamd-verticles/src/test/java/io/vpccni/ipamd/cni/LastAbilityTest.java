package io.vpccni.ipamd.cni;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.cni.StatusVerdict.Ability;
import io.vpccni.ipamd.cni.StatusVerdict.NotAvailable;
import io.vpccni.ipamd.cni.StatusVerdict.Success;
import io.vpccni.ipamd.config.AgentConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A node before and after its agent restarts, at times that the test chooses. */
class LastAbilityTest {
  private static final String BOOT = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
  private static final String OTHER_BOOT = "00000000-0000-4000-8000-000000000000";
  private static final Ability WELL =
      new Ability(Optional.empty(), Optional.empty(), Optional.empty());
  private static final Ability FULL =
      new Ability(Optional.of("full"), Optional.empty(), Optional.empty());
  private static final Ability BROKEN = Ability.none("broken");

  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private String boot = BOOT;
  private long second = 1000;

  private LastAbility agent(String mode) {
    var config =
        AgentConfig.parse(
                Map.of(
                    "ENABLE_IPv4",
                    "true",
                    "CNI_STATUS_MODE",
                    mode,
                    "AGENT_RUN_DIR",
                    folder.toString()))
            .config();
    var agent =
        new LastAbility(
            bus.vertx(), config.process(), () -> Optional.of(new ReadinessStamp(boot, second)));
    await(agent.load());
    return agent;
  }

  private Path stamp() {
    return folder.resolve("last-ready");
  }

  private boolean stampSays(String line) {
    try {
      return Files.exists(stamp()) && Files.readString(stamp()).equals(line);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Test
  void aNodeThatCouldNeverAddPodsIsNotAvailableWhateverTheCause() {
    var agent = agent("safe");
    assertThat(agent.weigh(FULL)).isEqualTo(new NotAvailable("full"));
    assertThat(agent.weigh(BROKEN)).isEqualTo(new NotAvailable("broken"));
    assertThat(stamp()).doesNotExist();
  }

  @Test
  void aFullNodeIsGivenUpNeverAndABrokenOneAfterTenMinutes() {
    var agent = agent("safe");
    assertThat(agent.weigh(WELL)).isEqualTo(new Success());
    second += 100_000;
    assertThat(agent.weigh(FULL)).isEqualTo(new Success());
    second += 600;
    assertThat(agent.weigh(BROKEN)).isEqualTo(new Success());
    second += 1;
    assertThat(agent.weigh(BROKEN)).isEqualTo(new NotAvailable("broken"));
    assertThat(agent.weigh(FULL)).isEqualTo(new Success());
  }

  @Test
  void theNextAgentKnowsWhatTheLastOneCould() {
    var first = agent("safe");
    assertThat(first.weigh(WELL)).isEqualTo(new Success());
    until(() -> stampSays("1 " + BOOT + " 1000\n"));
    second += 60;
    assertThat(agent("safe").weigh(BROKEN)).isEqualTo(new Success());
    assertThat(agent("safe").weigh(FULL)).isEqualTo(new Success());
  }

  @Test
  void aStampOfAnotherBootSaysNothing() throws IOException {
    Files.writeString(stamp(), "1 " + OTHER_BOOT + " 999\n");
    assertThat(agent("safe").weigh(FULL)).isEqualTo(new NotAvailable("full"));
  }

  @Test
  void whatIsNoStampSaysNothing() throws IOException {
    for (var text :
        new String[] {"", "2 " + BOOT + " 999\n", "1 " + BOOT + " 999", "1".repeat(9999)}) {
      Files.writeString(stamp(), text);
      assertThat(agent("safe").weigh(FULL)).as(text).isEqualTo(new NotAvailable("full"));
    }
    Files.delete(stamp());
    Files.createDirectory(stamp());
    assertThat(agent("safe").weigh(FULL)).isEqualTo(new NotAvailable("full"));
    assertThat(agent("safe").weigh(WELL)).as("it cannot be written").isEqualTo(new Success());
  }

  @Test
  void theStampIsRenewed() {
    var agent = agent("safe");
    agent.weigh(WELL);
    until(() -> stampSays("1 " + BOOT + " 1000\n"));
    second += 10;
    agent.weigh(FULL);
    until(() -> stampSays("1 " + BOOT + " 1010\n"));
  }

  @Test
  void strictModeKeepsNoStamp() throws IOException {
    Files.writeString(stamp(), "1 " + BOOT + " 999\n");
    var agent = agent("strict");
    assertThat(stamp()).doesNotExist();
    assertThat(agent.weigh(WELL)).isEqualTo(new Success());
    assertThat(agent.weigh(FULL)).isEqualTo(new NotAvailable("full"));
  }
}
