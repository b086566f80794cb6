package io.vpccni.cli.command;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code vpc-cni completion} prints a script that completes commands in bash. */
@Command(
    name = "completion",
    description = {"Prints a script that completes commands and options in bash and zsh.", ""},
    footer = {"", "Example:  source <(vpc-cni completion)"})
final class CompletionCommand implements Callable<Integer> {
  private final VpcCni root;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  CompletionCommand(VpcCni root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    root.context().out().println(AutoComplete.bash("vpc-cni", spec.root().commandLine()));
    return ExitCode.OK;
  }
}
