package io.vpccni.cli.command;

import io.vpccni.cli.output.SubnetUse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command {@code vpc-cni subnets} lists the subnets that the node's ENIs are in. */
@Command(
    name = "subnets",
    description = {
      "Lists the subnets that this node's ENIs are in, with the states of the node's addresses there"
          + " and what troubles the subnet.",
      ""
    },
    footer = {
      "",
      "The exit code is 1 if a condition is about one of the subnets, else 0.",
      "",
      "Example:  vpc-cni subnets || vpc-cni history"
    })
final class SubnetsCommand implements Callable<Integer> {
  private final VpcCni root;

  SubnetsCommand(VpcCni root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    var subnets =
        root.ask(agent -> SubnetUse.of(agent.enis(), agent.status().getPool().getConditionsList()));
    root.print(() -> SubnetUse.json(subnets), () -> SubnetUse.text(subnets));
    return subnets.stream().allMatch(subnet -> subnet.conditions().isEmpty())
        ? ExitCode.OK
        : ExitCode.NO;
  }
}
