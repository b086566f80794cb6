package io.vpccni.cli.command;

import io.vpccni.cli.agent.Agent;
import io.vpccni.cli.output.Listings;
import io.vpccni.cli.output.MessageJson;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The command {@code vpc-cni pods} lists the pods that have an address of the pool. */
@Command(
    name = "pods",
    description = {
      "Lists the pods of this node that have addresses of the pool, one line for each address.",
      ""
    },
    footer = {
      "",
      "LINK is the pod's link on the host; TABLE is the route table of the ENI that has the address"
          + " (254 is main).",
      "",
      "Example:  vpc-cni pods -o json | jq -r '.pods[].ip'"
    })
final class PodsCommand implements Callable<Integer> {
  private final VpcCni root;

  PodsCommand(VpcCni root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    var pods = root.ask(Agent::allocations);
    root.print(
        () -> MessageJson.list("pods", pods),
        () -> Listings.pods(pods, root.context().clock().instant()));
    return ExitCode.OK;
  }
}
