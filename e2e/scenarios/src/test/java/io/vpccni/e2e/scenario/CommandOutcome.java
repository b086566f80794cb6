package io.vpccni.e2e.scenario;

import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.Node;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What {@code vpc-cni} on a node printed, and its exit code. */
record CommandOutcome(int exitCode, String out, String err) {
  private static final int SECONDS = 150;

  /** Runs {@code vpc-cni} on a node, where it is on the path. */
  static CommandOutcome of(Node node, String... words) throws IOException {
    // A busy machine must not pass for an agent that is away.
    var command = new ArrayList<>(List.of("vpc-cni", "--timeout=60"));
    command.addAll(List.of(words));
    var process = new ProcessBuilder(node.namespaces().command(command)).start();
    process.getOutputStream().close();
    var errors = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    var out = text(process.getInputStream());
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(command + " still runs after " + SECONDS + " s");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    } finally {
      process.destroyForcibly();
    }
    return new CommandOutcome(process.exitValue(), out, errors.join());
  }

  private static String text(InputStream stream) {
    try {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException closed) {
      return closed.toString();
    }
  }

  JsonObject json() {
    return new JsonObject(out);
  }
}
