package io.vpccni.cli.command;

import static picocli.CommandLine.ScopeType.INHERIT;

import io.vertx.core.json.JsonObject;
import io.vpccni.cli.agent.Agent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line as a whole: the options that every command has, and how an agent is reached. */
@Command(
    name = "vpc-cni",
    description = {
      "Asks the node agent (ipamd) of this node about pods, addresses, ENIs and trouble.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  vpc-cni status                        can pods be added, and if not, why and what to do",
      "  vpc-cni explain pod default/web-0     why a pod has, or waits for, its address",
      "  vpc-cni explain ip 10.0.1.23          who has an address, or why nobody may get it",
      "  vpc-cni pods -o json | jq .           every command prints JSON too"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the answer is good",
      "1:the answer is bad: not ready, not known, or a mismatch",
      "2:unknown command or arguments",
      "3:the agent cannot be reached"
    })
final class VpcCni {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      scope = INHERIT,
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private OutputFormat format = OutputFormat.TABLE;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      scope = INHERIT,
      description =
          "socket of the agent (default: the variable VPC_CNI_SOCKET, or"
              + " /var/run/aws-node/ipamd.sock)")
  private Path socket;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      scope = INHERIT,
      description = "how long to wait for one answer of the agent (default: ${DEFAULT-VALUE})")
  private int timeout = 10;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = INHERIT,
      description = "print this page")
  @SuppressWarnings("UnusedVariable") // only picocli looks at it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "print the version")
  @SuppressWarnings("UnusedVariable") // only picocli looks at it
  private boolean version;

  private final CommandContext context;

  VpcCni(CommandContext context, Path socket) {
    this.context = context;
    this.socket = socket;
  }

  CommandContext context() {
    return context;
  }

  /** Asks the agent. */
  <T> T ask(Function<Agent, T> question) {
    try (var agent = context.connector().connect(socket, Duration.ofSeconds(timeout))) {
      return question.apply(agent);
    }
  }

  /** Prints an answer in the form that was asked for. */
  void print(Supplier<JsonObject> json, Supplier<String> text) {
    context
        .out()
        .print(
            switch (format) {
              case JSON -> json.get().encodePrettily() + "\n";
              case TABLE -> text.get();
            });
    context.out().flush();
  }

  /**
   * Prints one of many answers, as JSON on one line, and tells whether somebody can still read the
   * next one.
   */
  boolean printLine(Supplier<JsonObject> json, Supplier<String> text) {
    context
        .out()
        .println(
            switch (format) {
              case JSON -> json.get().encode();
              case TABLE -> text.get();
            });
    // Flushes, too. The virtual machine ignores the signal that a closed pipe would send.
    return !context.out().checkError();
  }
}
