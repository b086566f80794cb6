package io.vpccni.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.rpc.wire.introspection.CardPool;
import io.vpccni.rpc.wire.introspection.Condition;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happened to the pool, and what is happening. */
class WatchingCommandsTest {
  private final CommandLineFixture line = new CommandLineFixture();

  @Test
  void theHistoryHasWhatWasDecidedAndWhy() {
    line.agent.history =
        List.of(
            FakeAgent.decided(FakeAgent.NOW, "EC2 is asked for 2 addresses more.", "None is free."),
            FakeAgent.decided(FakeAgent.NOW.plusMillis(1500), "net-programmer is connected.", ""));
    assertThat(line.run("history")).isZero();
    assertThat(line.out())
        .isEqualTo(
            """
            2026-01-01 00:10:00.000Z  EC2 is asked for 2 addresses more.
                                      None is free.
            2026-01-01 00:10:01.000Z  net-programmer is connected.
            """);
    assertThat(line.run("history", "--last", "1", "-o", "json")).isZero();
    var entries = line.json().getJsonArray("entries");
    assertThat(entries).hasSize(1);
    assertThat(entries.getJsonObject(0).getString("what")).startsWith("net-programmer");
  }

  @Test
  void aChangeOfThePoolIsALine() {
    line.agent.snapshots =
        List.of(pool(3, 1).build(), pool(2, 2).setWaiting(1).addConditions(full()).build());
    assertThat(line.run("watch", "--for", "5")).isZero();
    assertThat(line.agent.watched).isEqualTo(Duration.ofSeconds(5));
    assertThat(line.out())
        .isEqualTo(
            """
            2026-01-01 00:10:00.000Z  assigned 1 free 3 cooling 0 quarantined 0 in flight 0 ENIs 1
            2026-01-01 00:10:00.000Z  assigned 2 free 2 cooling 0 quarantined 0 in flight 0 ENIs 1  waiting 1
            2026-01-01 00:10:00.000Z  + SubnetExhausted subnet-1: It has no address left.
            """);
    line.agent.snapshots = List.of(pool(2, 2).addConditions(full()).build(), pool(2, 2).build());
    line.run("watch");
    assertThat(line.out()).endsWith("  - SubnetExhausted subnet-1\n");
    assertThat(line.run("watch", "-o", "json")).isZero();
    assertThat(line.out()).hasLineCount(2).startsWith("{\"at\":\"2026-01-01T00:10:00Z\"");
  }

  @Test
  void aWatchEndsWhenNobodyReadsIt() {
    line.agent.snapshots = List.of(pool(3, 1).build(), pool(2, 2).build(), pool(1, 3).build());
    assertThat(line.runInto(closedPipe(), Map.of(), "watch")).isZero();
    assertThat(line.agent.shown).isOne();
  }

  @ParameterizedTest
  @CsvSource({"watch, --for, 0", "watch, --for, -1", "history, --last, 0", "history, --last, -1"})
  void aNumberBelowOneIsRefused(String command, String option, String number) {
    assertThat(line.run(command, option, number)).isEqualTo(ExitCode.USAGE);
    assertThat(line.err()).startsWith("vpc-cni: " + option + " must be 1 or more");
    assertThat(line.out()).isEmpty();
  }

  private static OutputStream closedPipe() {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        throw new IOException("Broken pipe");
      }
    };
  }

  @Test
  void aSubnetHasWhatTheNodeHasInItAndItsTrouble() {
    line.agent.enis =
        List.of(
            FakeAgent.eni("eni-1", "subnet-1").toBuilder().setAssigned(2).setFree(1).build(),
            FakeAgent.eni("eni-2", "subnet-2").toBuilder().setExcluded(true).build(),
            FakeAgent.eni("eni-3", "subnet-1").toBuilder().setAssigned(4).build());
    assertThat(line.run("subnets")).isZero();
    assertThat(line.out())
        .isEqualTo(
            """
            SUBNET    ENIS  ASSIGNED  FREE  COOLING  QUARANTINED  EXCLUDED  TROUBLE
            subnet-1     2         6     1        0            0  no        -
            subnet-2     1         0     0        0            0  yes       -
            """);
    var status = FakeAgent.ready().toBuilder();
    status.getPoolBuilder().addConditions(full());
    line.agent.status = status.build();
    assertThat(line.run("subnets")).isEqualTo(ExitCode.NO);
    assertThat(line.out())
        .contains("SubnetExhausted\n")
        .endsWith(
            """

            SubnetExhausted subnet-1: It has no address left.
              What to do: Add a subnet.
            """);
    assertThat(line.run("subnets", "-o", "json")).isEqualTo(ExitCode.NO);
    var first = line.json().getJsonArray("subnets").getJsonObject(0);
    assertThat(first.getJsonArray("enis")).containsExactly("eni-1", "eni-3");
    assertThat(first.getJsonArray("conditions")).hasSize(1);
  }

  private static PoolSnapshot.Builder pool(int free, int assigned) {
    return PoolSnapshot.newBuilder()
        .setAt(FakeAgent.at(FakeAgent.NOW))
        .addCards(CardPool.newBuilder().setFree(free).setAssigned(assigned).setEnis(1));
  }

  private static Condition full() {
    return Condition.newBuilder()
        .setName("SubnetExhausted")
        .setSubject("subnet-1")
        .setDetail("It has no address left.")
        .setNextStep("Add a subnet.")
        .build();
  }
}
