package io.vpccni.cli.command;

import io.vpccni.cli.agent.Agent;
import io.vpccni.cli.output.HistoryPage;
import io.vpccni.cli.output.MessageJson;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code vpc-cni history} tells what the pool decided last, and why. */
@Command(
    name = "history",
    description = {
      "Tells what the pool decided last, and why: pods that got, lost or were refused addresses, what"
          + " EC2 was asked and answered, conditions that came and went.",
      ""
    },
    footer = {
      "",
      "The agent keeps its last 500 decisions and forgets them when it restarts.",
      "",
      "Example:  vpc-cni history --last 20"
    })
final class HistoryCommand implements Callable<Integer> {
  @Option(
      names = "--last",
      paramLabel = "NUMBER",
      description = "how many decisions to show, the newest last (default: all)")
  private int last = Integer.MAX_VALUE;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private final VpcCni root;

  HistoryCommand(VpcCni root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    if (last < 1) throw new ParameterException(spec.commandLine(), "--last must be 1 or more");
    var all = root.ask(Agent::history);
    var shown = all.subList(Math.max(0, all.size() - last), all.size());
    root.print(() -> MessageJson.list("entries", shown), () -> HistoryPage.text(shown));
    return ExitCode.OK;
  }
}
