package io.vpccni.cli.rehearsal;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.server.GrpcServer;
import io.vpccni.cli.command.CommandContext;
import io.vpccni.cli.command.Commands;
import io.vpccni.rpc.socket.NativeVertx;
import io.vpccni.rpc.wire.introspection.IntrospectionGrpcService;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs each command once, in both forms of output, against an agent on a socket in a temporary
 * folder. A JVM that records this run makes {@code lib/vpc-cni.aot}, the cache of loaded classes.
 */
public final class Rehearsal {
  private static final int SECONDS = 20;

  private static final List<List<String>> LINES =
      List.of(
          List.of("status"),
          List.of("status", "-o", "json"),
          List.of("pods"),
          List.of("pods", "-o", "json"),
          List.of("enis"),
          List.of("subnets"),
          List.of("history"),
          List.of("watch", "--for", "1"),
          List.of("explain", "pod", "default/web-0"),
          List.of("explain", "ip", "10.0.0.20"),
          List.of("explain", "ip", "nonsense"),
          List.of("--help"));

  private Rehearsal() {}

  /** Returns 0 if the agent could be served; what the commands print is thrown away. */
  public static int run(CommandContext context) {
    var vertx =
        Vertx.vertx(
            NativeVertx.withoutFileCache(
                new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1)));
    try {
      var folder = Files.createTempDirectory("vpc-cni");
      var socket = folder.resolve("ipamd.sock");
      try {
        serve(vertx, socket);
        var silent = silent(context);
        var env = Map.of("VPC_CNI_SOCKET", socket.toString());
        for (var line : LINES) {
          context.out().println("exit code " + Commands.run(silent, env, line) + " of " + line);
        }
        return 0;
      } finally {
        Files.deleteIfExists(socket);
        Files.delete(folder);
      }
    } catch (IOException | ExecutionException | TimeoutException failed) {
      context.err().println("vpc-cni rehearse: " + failed);
      return 1;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return 1;
    } finally {
      vertx.close();
    }
  }

  private static void serve(Vertx vertx, Path socket)
      throws ExecutionException, TimeoutException, InterruptedException {
    var services =
        GrpcServer.server(vertx).addService(IntrospectionGrpcService.of(new StubAgent()));
    vertx
        .createHttpServer()
        .requestHandler(services)
        .listen(SocketAddress.domainSocketAddress(socket.toString()))
        .toCompletionStage()
        .toCompletableFuture()
        .get(SECONDS, TimeUnit.SECONDS);
  }

  private static CommandContext silent(CommandContext context) {
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    return new CommandContext(
        nowhere, nowhere, context.palette(), context.connector(), context.clock());
  }
}
