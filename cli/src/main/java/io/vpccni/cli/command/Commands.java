package io.vpccni.cli.command;

import io.vpccni.cli.agent.AgentUnreachable;
import io.vpccni.rpc.log.Redaction;
import io.vpccni.rpc.process.Version;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** Puts the commands together and turns their outcome into an exit code. */
public final class Commands {
  private static final String SOCKET = "/var/run/aws-node/ipamd.sock";

  /** Lines of examples are not wrapped at this width. */
  private static final int HELP_WIDTH = 110;

  private Commands() {}

  /** Does what the arguments say and returns the exit code. */
  public static int run(CommandContext context, Map<String, String> env, List<String> arguments) {
    return line(context, env).execute(arguments.toArray(String[]::new));
  }

  static CommandLine line(CommandContext context, Map<String, String> env) {
    var root = new VpcCni(context, Path.of(env.getOrDefault("VPC_CNI_SOCKET", SOCKET)));
    var line =
        new CommandLine(root)
            .addSubcommand(new StatusCommand(root))
            .addSubcommand(new PodsCommand(root))
            .addSubcommand(new EnisCommand(root))
            .addSubcommand(new SubnetsCommand(root))
            .addSubcommand(
                new CommandLine(new ExplainCommand())
                    .addSubcommand(new ExplainCommand.Pod(root))
                    .addSubcommand(new ExplainCommand.Ip(root)))
            .addSubcommand(new HistoryCommand(root))
            .addSubcommand(new WatchCommand(root))
            .addSubcommand(new CompletionCommand(root));
    line.getCommandSpec()
        .versionProvider(() -> new String[] {"vpc-cni " + Version.of(Commands.class)});
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(HELP_WIDTH)
        .setColorScheme(Help.defaultColorScheme(context.palette().on() ? Ansi.ON : Ansi.OFF))
        .setOut(new PrintWriter(context.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(context.err(), true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler((mistake, _) -> refused(context, mistake))
        .setExecutionExceptionHandler((failure, _, _) -> failed(context, failure));
  }

  private static int refused(CommandContext context, ParameterException mistake) {
    context
        .err()
        .println(
            "vpc-cni: %s; see %s --help"
                .formatted(
                    sentence(String.valueOf(mistake.getMessage())),
                    mistake.getCommandLine().getCommandSpec().qualifiedName()));
    return ExitCode.USAGE;
  }

  private static String sentence(String message) {
    return message.isEmpty()
        ? message
        : Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }

  private static int failed(CommandContext context, Exception failure) throws Exception {
    if (failure instanceof AgentUnreachable unreachable) {
      context
          .err()
          .println("vpc-cni: " + Redaction.of(String.valueOf(unreachable.getMessage())) + ".");
      context.err().println("What to do: " + unreachable.nextStep());
      return ExitCode.UNREACHABLE;
    }
    throw failure;
  }
}
