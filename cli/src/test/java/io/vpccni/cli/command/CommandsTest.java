package io.vpccni.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.cli.agent.AgentUnreachable;
import io.vpccni.rpc.wire.introspection.ExplainReply;
import io.vpccni.rpc.wire.introspection.PodName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
  private final CommandLineFixture line = new CommandLineFixture();

  @Test
  void helpHasExamplesAndExitCodes() {
    assertThat(line.run("--help")).isZero();
    assertThat(line.out()).contains("Examples:", "vpc-cni explain pod", "Exit codes:", "status");
    assertThat(line.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "pods",
        "enis",
        "subnets",
        "history",
        "watch",
        "explain",
        "explain pod",
        "completion"
      })
  void everyCommandHasAPageWithAnExample(String command) {
    var words = new ArrayList<>(List.of(command.split(" ", -1)));
    words.add("--help");
    assertThat(line.run(words.toArray(String[]::new))).isZero();
    assertThat(line.out()).contains("Usage: vpc-cni " + command, "Example");
  }

  @ParameterizedTest
  @CsvSource({
    "stat, vpc-cni --help",
    "status --wait=soon, vpc-cni status --help",
    "pods -o yaml, vpc-cni pods --help",
    "explain, vpc-cni explain --help",
    "explain pod web-0, vpc-cni explain pod --help",
    "explain pod default/, vpc-cni explain pod --help",
    "explain ip 10.0.0.256, vpc-cni explain ip --help",
    "'', vpc-cni --help",
  })
  void whatIsNotUnderstoodIsRefusedInOneSentence(String words, String page) {
    var arguments = words.isEmpty() ? new String[0] : words.split(" ", -1);
    assertThat(line.run(arguments)).isEqualTo(ExitCode.USAGE);
    assertThat(line.err()).startsWith("vpc-cni: ").endsWith("; see " + page + "\n").hasLineCount(1);
    assertThat(line.out()).isEmpty();
  }

  @Test
  void anAgentThatCannotBeReachedIsToldWithTheNextStep() {
    line.connector =
        (socket, _) -> {
          throw new AgentUnreachable("there is no socket " + socket, "Look.");
        };
    assertThat(line.run("status")).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(line.err())
        .isEqualTo(
            "vpc-cni: there is no socket /var/run/aws-node/ipamd.sock.\nWhat to do: Look.\n");
    assertThat(line.out()).isEmpty();
  }

  @Test
  void theSocketAndTheTimeoutCanBeChosen() {
    var seen = new ArrayList<String>();
    line.connector =
        (Path socket, Duration timeout) -> {
          seen.add(socket + " " + timeout);
          return line.agent;
        };
    line.runWith(Map.of("VPC_CNI_SOCKET", "/run/a"), "pods");
    line.runWith(Map.of("VPC_CNI_SOCKET", "/run/a"), "pods", "--socket", "/run/b");
    line.run("--timeout", "9", "pods");
    assertThat(seen)
        .containsExactly("/run/a PT10S", "/run/b PT10S", "/var/run/aws-node/ipamd.sock PT9S");
  }

  @Test
  void aReadyNodeIsShownWithItsNumbers() {
    assertThat(line.run("status")).isZero();
    assertThat(line.out())
        .isEqualTo(
            """
            READY  Pods can be added.
            ipamd 0.1.0 on i-1

            Connections
              net-programmer  ok
              EC2             ok

            Pool
              CARD  TOTAL  ASSIGNED  FREE  COOLING  QUARANTINED  IN FLIGHT  LIMIT  ENIS  MAX ENIS
                 0     10         7     3        0            0          0     27     2         3

            Conditions
              none
            """);
  }

  @Test
  void aNodeThatIsNotReadySaysWhyAndWhatToDo() {
    line.agent.status = FakeAgent.withoutPermission();
    assertThat(line.run("status")).isEqualTo(ExitCode.NO);
    assertThat(line.out())
        .startsWith("NOT READY  No pod can be added: no address is free\n")
        .endsWith(
            """
            Conditions
              NoPermission CreateNetworkInterface  for 3m
                The role may not call it.
                What to do: Allow it.
            """);
    assertThat(line.run("status", "-o", "json")).isEqualTo(ExitCode.NO);
    assertThat(line.json().getBoolean("ready")).isFalse();
    var condition = line.json().getJsonObject("pool").getJsonArray("conditions").getJsonObject(0);
    assertThat(condition.getString("since")).isEqualTo("2026-01-01T00:07:00Z");
  }

  @Test
  void waitingEndsWhenTheNodeIsReady() {
    var tries = new ArrayList<String>();
    line.connector =
        (_, _) -> {
          tries.add("try");
          if (tries.size() < 2) throw new AgentUnreachable("not yet", "");
          return line.agent;
        };
    assertThat(line.run("status", "--wait", "60")).isZero();
    assertThat(tries).hasSize(2);
  }

  @Test
  void podsAreATableOrJson() {
    line.agent.allocations =
        List.of(FakeAgent.pod("a", "10.0.0.5", "enia"), FakeAgent.pod("bb", "10.0.0.16", ""));
    assertThat(line.run("pods")).isZero();
    assertThat(line.out())
        .isEqualTo(
            """
            NAMESPACE  NAME  IP         ENI    LINK  TABLE  AGE
            default    a     10.0.0.5   eni-1  enia    254  5m
            default    bb    10.0.0.16  eni-1  -       254  5m
            """);
    assertThat(line.run("-o", "json", "pods")).isZero();
    assertThat(line.json().getJsonArray("pods").getJsonObject(1).getString("ip"))
        .isEqualTo("10.0.0.16");
  }

  @Test
  void enisAreATableOrJson() {
    line.agent.enis = List.of(FakeAgent.eni("eni-1", "subnet-1", "10.0.0.5/32"));
    assertThat(line.run("enis")).isZero();
    assertThat(line.out()).contains("SUBNET", "eni-1", "subnet-1", "primary");
    assertThat(line.run("enis", "-o", "json")).isZero();
    assertThat(line.json().getJsonArray("enis").getJsonObject(0).getJsonArray("cidrs"))
        .containsExactly("10.0.0.5/32");
  }

  @Test
  void anAddressIsExplained() {
    line.agent.explanation =
        ExplainReply.newBuilder().addAddresses(FakeAgent.address("cooling")).build();
    assertThat(line.run("explain", "ip", "10.0.0.5")).isZero();
    assertThat(line.agent.explained.getFirst().getIp()).isEqualTo("10.0.0.5");
    assertThat(line.out())
        .isEqualTo(
            """
            10.0.0.5 is cooling down, for 12s
              ENI           eni-1
              subnet        subnet-1
              why           A pod that had it is gone.
              what happens  It is free in 18 s.
            """);
  }

  @Test
  void aPodThatHasNothingIsExplainedWithTheConditionsOfTheNode() {
    line.agent.status = FakeAgent.withoutPermission();
    line.agent.explanation =
        ExplainReply.newBuilder().addSentences("The pod has no address yet.").build();
    assertThat(line.run("explain", "pod", "default/web-0")).isEqualTo(ExitCode.NO);
    assertThat(line.agent.explained.getFirst().getPod())
        .isEqualTo(PodName.newBuilder().setNamespace("default").setName("web-0").build());
    assertThat(line.out())
        .startsWith("The pod has no address yet.\n")
        .contains("NoPermission CreateNetworkInterface", "What to do: Allow it.");
  }

  @Test
  void anAddressOfAnotherNodeIsNotKnown() {
    line.agent.explanation =
        ExplainReply.newBuilder().addAddresses(FakeAgent.address("foreign")).build();
    assertThat(line.run("explain", "ip", "10.0.0.5")).isEqualTo(ExitCode.NO);
    assertThat(line.out()).startsWith("10.0.0.5 is not an address of this node");
  }

  @Test
  void theCompletionIsAScript() {
    assertThat(line.run("completion")).isZero();
    assertThat(line.out()).startsWith("#!/usr/bin/env bash").contains("complete -F", "explain");
  }
}
