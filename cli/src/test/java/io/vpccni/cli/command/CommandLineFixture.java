package io.vpccni.cli.command;

import io.vertx.core.json.JsonObject;
import io.vpccni.cli.agent.Agent;
import io.vpccni.cli.output.Palette;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Runs commands against a fake agent and keeps what they print. */
final class CommandLineFixture {
  final FakeAgent agent = new FakeAgent();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  Agent.Connector connector = (_, _) -> agent;

  int run(String... words) {
    return runWith(Map.of(), words);
  }

  int runWith(Map<String, String> env, String... words) {
    out.reset();
    return runInto(out, env, words);
  }

  int runInto(OutputStream pipe, Map<String, String> env, String... words) {
    err.reset();
    var context =
        new CommandContext(
            new PrintStream(pipe, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new Palette(false),
            (socket, timeout) -> connector.connect(socket, timeout),
            () -> FakeAgent.NOW);
    return Commands.run(context, env, List.of(words));
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  JsonObject json() {
    return new JsonObject(out());
  }
}
