package io.vpccni.cli.command;

import io.vpccni.cli.agent.Agent;
import io.vpccni.cli.output.Listings;
import io.vpccni.cli.output.MessageJson;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command {@code vpc-cni enis} lists the node's ENIs and how many addresses each holds. */
@Command(
    name = "enis",
    description = {"Lists the ENIs of this node with the states of their addresses.", ""},
    footer = {
      "",
      "TABLE is the ENI's route table (254 is main). Pods get no addresses of an excluded ENI.",
      "",
      "Example:  vpc-cni enis -o json | jq -r '.enis[] | .eniId + \" \" + .cidrs[]'"
    })
final class EnisCommand implements Callable<Integer> {
  private final VpcCni root;

  EnisCommand(VpcCni root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    var enis = root.ask(Agent::enis);
    root.print(() -> MessageJson.list("enis", enis), () -> Listings.enis(enis));
    return ExitCode.OK;
  }
}
