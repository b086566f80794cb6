package io.vpccni.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.cli.agent.AgentUnreachable;
import io.vpccni.cli.command.CommandContext;
import io.vpccni.cli.command.Commands;
import io.vpccni.cli.output.Palette;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives a command to the command line of a node where no agent answers. */
final class VpcCniCommand {
  /** The command line could do all that it was asked for, or it found no agent. */
  private static final List<Integer> UNDERSTOOD = List.of(0, 3);

  private VpcCniCommand() {}

  static void check(PageCommand command) {
    var said = new ByteArrayOutputStream();
    var out = new PrintStream(said, true, StandardCharsets.UTF_8);
    var context =
        new CommandContext(
            out,
            out,
            new Palette(false),
            (_, _) -> {
              throw new AgentUnreachable("no agent runs here", "nothing");
            },
            hurried());
    int code = Commands.run(context, Map.of(), command.words().subList(1, command.words().size()));
    assertThat(code).as("%s: %s", command, said.toString(StandardCharsets.UTF_8)).isIn(UNDERSTOOD);
  }

  /** Returns a clock on which an hour has passed at each look, so that nobody waits. */
  private static InstantSource hurried() {
    var looks = new AtomicInteger();
    return () -> Instant.EPOCH.plus(Duration.ofHours(looks.incrementAndGet()));
  }
}
