package io.vpccni.cli.command;

import io.vpccni.cli.output.ExplanationPage;
import io.vpccni.cli.output.MessageJson;
import io.vpccni.rpc.wire.introspection.Condition;
import io.vpccni.rpc.wire.introspection.ExplainReply;
import io.vpccni.rpc.wire.introspection.ExplainRequest;
import io.vpccni.rpc.wire.introspection.PodName;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vpc-cni explain} and its two subjects. */
@Command(
    name = "explain",
    description = {
      "Explains one pod or one address: its state, since when, why, and what is being done.",
      ""
    },
    synopsisSubcommandLabel = "pod|ip",
    footer = {
      "",
      "The exit code is 0 if the agent knows the pod or the address, else 1.",
      "",
      "Examples:",
      "  vpc-cni explain pod kube-system/coredns-7d9f",
      "  vpc-cni explain ip 10.0.1.23"
    })
final class ExplainCommand {
  /** The command {@code vpc-cni explain pod} tells which address a pod has, or why it has none. */
  @Command(
      name = "pod",
      description = {"Explains which addresses a pod has, or why it has none.", ""},
      footer = {"", "Example:  vpc-cni explain pod default/web-0"})
  static final class Pod implements Callable<Integer> {
    private final VpcCni root;

    @Parameters(paramLabel = "NAMESPACE/NAME", description = "the pod")
    private String pod = "";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    Pod(VpcCni root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      var words = pod.split("/", -1);
      if (words.length != 2 || words[0].isEmpty() || words[1].isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), "\"" + pod + "\" is not a pod in the form NAMESPACE/NAME");
      }
      var name = PodName.newBuilder().setNamespace(words[0]).setName(words[1]);
      return explain(root, ExplainRequest.newBuilder().setPod(name).build());
    }
  }

  /** The command {@code vpc-cni explain ip} tells what an address is used for, and since when. */
  @Command(
      name = "ip",
      description = {"Explains who has an address, or why nobody may get it.", ""},
      footer = {"", "Example:  vpc-cni explain ip 10.0.1.23"})
  static final class Ip implements Callable<Integer> {
    private final VpcCni root;

    @Parameters(paramLabel = "ADDRESS", description = "an IPv4 or IPv6 address")
    private String address = "";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    Ip(VpcCni root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      return explain(root, ExplainRequest.newBuilder().setIp(parsed()).build());
    }

    private String parsed() {
      try {
        return io.vpccni.rpc.address.Ip.parse(address).toString();
      } catch (IllegalArgumentException malformed) {
        throw new ParameterException(
            spec.commandLine(), "\"" + address + "\" is not an IPv4 or IPv6 address", malformed);
      }
    }
  }

  private record Answer(ExplainReply reply, List<Condition> conditions) {}

  private static int explain(VpcCni root, ExplainRequest subject) {
    var answer =
        root.ask(
            agent -> {
              var reply = agent.explain(subject);
              // What troubles the node explains only what is not as it should be.
              return new Answer(
                  reply,
                  reply.getSentencesCount() == 0
                      ? List.of()
                      : agent.status().getPool().getConditionsList());
            });
    root.print(
        () -> MessageJson.of(answer.reply()),
        () ->
            ExplanationPage.text(
                answer.reply(),
                answer.conditions(),
                root.context().palette(),
                root.context().clock().instant()));
    return isKnown(answer.reply()) ? ExitCode.OK : ExitCode.NO;
  }

  private static boolean isKnown(ExplainReply reply) {
    return reply.getAddressesList().stream()
        .anyMatch(address -> !address.getState().equals("foreign"));
  }
}
