package io.vpccni.metricshelper.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what the command line asks for. */
public sealed interface CommandLine {
  /** The user asks for the page of help. */
  record Help() implements CommandLine {}

  /** The user asks for the version. */
  record ShowVersion() implements CommandLine {}

  /** The command line cannot be understood, and the message says why. */
  record Mistake(String message) implements CommandLine {}

  /**
   * The program is to do its work. The environment may overrule the first two.
   *
   * @param cloudWatch whether totals are sent to CloudWatch
   * @param prometheus whether totals are served to Prometheus
   * @param kubeconfig the file that says how the API server is reached; empty for the usual places
   * @param dryRun whether one poll is printed, and nothing sent
   */
  record Run(boolean cloudWatch, boolean prometheus, Optional<String> kubeconfig, boolean dryRun)
      implements CommandLine {}

  /** Reads the arguments as Go's package flag does: with one or two dashes. */
  static CommandLine parse(List<String> arguments) {
    var run = new Run(true, false, Optional.empty(), false);
    for (int i = 0; i < arguments.size(); i++) {
      var argument = arguments.get(i);
      int equals = argument.indexOf('=');
      var name = equals < 0 ? argument : argument.substring(0, equals);
      var value = equals < 0 ? "" : argument.substring(equals + 1);
      switch (name.startsWith("--") ? name.substring(1) : name) {
        case "-help", "-h" -> {
          return new Help();
        }
        case "-version" -> {
          return new ShowVersion();
        }
        case "-kubeconfig" -> {
          if (equals < 0 && ++i == arguments.size()) {
            return new Mistake(name + " needs the path of a file");
          }
          var path = equals < 0 ? arguments.get(i) : value;
          run = new Run(run.cloudWatch(), run.prometheus(), Optional.of(path), run.dryRun());
        }
        // The reference's flag really has a blank in its name.
        case "-cloudwatch", "-prometheus", "-prometheus metrics", "-dry-run" -> {
          var on = equals < 0 ? Optional.of(true) : bool(value);
          if (on.isEmpty()) {
            return new Mistake("\"" + argument + "\" is neither true nor false");
          }
          run = with(run, name, on.get());
        }
        default -> {
          return new Mistake("unknown argument \"" + argument + "\"");
        }
      }
    }
    return run;
  }

  private static Run with(Run run, String flag, boolean on) {
    if (flag.endsWith("cloudwatch")) {
      return new Run(on, run.prometheus(), run.kubeconfig(), run.dryRun());
    }
    return flag.endsWith("dry-run")
        ? new Run(run.cloudWatch(), run.prometheus(), run.kubeconfig(), on)
        : new Run(run.cloudWatch(), on, run.kubeconfig(), run.dryRun());
  }

  private static Optional<Boolean> bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "t", "1" -> Optional.of(true);
      case "false", "f", "0" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
