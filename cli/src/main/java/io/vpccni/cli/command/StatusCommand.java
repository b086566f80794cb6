package io.vpccni.cli.command;

import io.vpccni.cli.agent.AgentUnreachable;
import io.vpccni.cli.output.MessageJson;
import io.vpccni.cli.output.StatusPage;
import io.vpccni.rpc.wire.introspection.NodeStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code vpc-cni status} tells whether pods can be added, and if not, why. */
@Command(
    name = "status",
    description = {
      "Says whether pods can be added to this node, and if not, why and what to do:"
          + " connections, the numbers of the pool, and conditions with the next step.",
      ""
    },
    footer = {
      "",
      "The exit code is 0 if pods can be added, else 1.",
      "",
      "Example:  vpc-cni status --wait 120 && echo ready"
    })
final class StatusCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofMillis(500);

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      arity = "0..1",
      fallbackValue = "300",
      description =
          "wait until pods can be added, also for an agent that is not there yet (300 s unless said"
              + " otherwise)")
  private int wait;

  private final VpcCni root;

  StatusCommand(VpcCni root) {
    this.root = root;
  }

  @Override
  public Integer call() throws InterruptedException {
    var status = wait > 0 ? awaited() : root.ask(agent -> agent.status());
    root.print(
        () -> MessageJson.of(status),
        () -> StatusPage.text(status, root.context().palette(), root.context().clock().instant()));
    return status.getReady() ? ExitCode.OK : ExitCode.NO;
  }

  private NodeStatus awaited() throws InterruptedException {
    var end = root.context().clock().instant().plusSeconds(wait);
    while (true) {
      var last = !root.context().clock().instant().isBefore(end);
      var status = last ? Optional.of(root.ask(agent -> agent.status())) : tried();
      if (status.isPresent() && (last || status.get().getReady())) return status.get();
      pause();
    }
  }

  private Optional<NodeStatus> tried() {
    try {
      return Optional.of(root.ask(agent -> agent.status()));
    } catch (AgentUnreachable notYet) {
      return Optional.empty();
    }
  }

  private static void pause() throws InterruptedException {
    if (new CountDownLatch(1).await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("nobody counts down");
    }
  }
}
