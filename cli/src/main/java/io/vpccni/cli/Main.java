package io.vpccni.cli;

import io.vpccni.cli.agent.GrpcAgent;
import io.vpccni.cli.command.CommandContext;
import io.vpccni.cli.command.Commands;
import io.vpccni.cli.output.Palette;
import io.vpccni.cli.rehearsal.Rehearsal;
import java.io.Console;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.LogManager;

/** The entry point {@code vpc-cni} asks the node agent of this node. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.getenv(), System.out, System.err));
  }

  /** Does what the command line says and returns the exit code. */
  static int run(
      List<String> arguments, Map<String, String> env, PrintStream out, PrintStream err) {
    // What a library has to say is said by the command's own error.
    LogManager.getLogManager().reset();
    var context =
        new CommandContext(
            out, err, Palette.of(env, terminal()), GrpcAgent::connect, InstantSource.system());
    if (arguments.equals(List.of("rehearse"))) {
      return Rehearsal.run(context);
    }
    return Commands.run(context, env, arguments);
  }

  /** There may be no console at all, which depends on the JDK. */
  private static boolean terminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }
}
