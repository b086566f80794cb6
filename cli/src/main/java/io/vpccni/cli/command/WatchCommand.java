package io.vpccni.cli.command;

import io.vpccni.cli.output.MessageJson;
import io.vpccni.cli.output.PoolLine;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code vpc-cni watch} prints a line for each change of the pool. */
@Command(
    name = "watch",
    description = {
      "Prints a line at once and then one for each change of the pool, until Ctrl-C.",
      "Conditions are printed when they come and when they go.",
      ""
    },
    footer = {
      "",
      "With -o json each line is one JSON object. The exit code is 3 if the agent goes away.",
      "",
      "Examples:",
      "  vpc-cni watch",
      "  vpc-cni watch --for 60 -o json | jq -c '.cards[0] | {assigned, free}'"
    })
final class WatchCommand implements Callable<Integer> {
  /** As good as for ever. */
  private static final int YEAR = 31_536_000;

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      description = "end after this time (default: never)")
  private int seconds = YEAR;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private final VpcCni root;
  private final List<PoolSnapshot> last = new ArrayList<>();

  WatchCommand(VpcCni root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    if (seconds < 1) throw new ParameterException(spec.commandLine(), "--for must be 1 or more");
    root.ask(
        agent -> {
          agent.watch(Duration.ofSeconds(seconds), this::show);
          return ExitCode.OK;
        });
    return ExitCode.OK;
  }

  private boolean show(PoolSnapshot pool) {
    var before = last.isEmpty() ? PoolSnapshot.getDefaultInstance() : last.getFirst();
    last.clear();
    last.add(pool);
    return root.printLine(() -> MessageJson.of(pool), () -> PoolLine.text(before, pool));
  }
}
