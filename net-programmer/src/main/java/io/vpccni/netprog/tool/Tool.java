package io.vpccni.netprog.tool;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a program to its end. It blocks, so it must not be called on an event loop.
 *
 * @param prefix words before each command, by which tests run it in a namespace of their own
 * @param deadline time after which the program is killed
 */
public record Tool(List<String> prefix, Duration deadline) {
  /** No table of ours is nearly as large; a program that prints more is broken. */
  private static final int MAX_OUTPUT_BYTES = 16 << 20;

  private static final int MAX_ERROR_BYTES = 2_000;

  public Tool {
    prefix = List.copyOf(prefix);
  }

  /** Holds the output of a program and its exit status. */
  public record Result(int exit, String output, String error) {}

  /** Runs a program like {@link #run}, but an exit status other than 0 is a failure too. */
  public String succeed(List<String> command, String input) throws ToolFailed {
    var result = run(command, input);
    if (result.exit() != 0) {
      throw new ToolFailed(
          "%s: exit status %d: %s"
              .formatted(String.join(" ", command), result.exit(), result.error().strip()));
    }
    return result.output();
  }

  /**
   * Runs a program with that standard input.
   *
   * @throws ToolFailed if it cannot be started or does not end before the deadline
   */
  public Result run(List<String> command, String input) throws ToolFailed {
    var words = new ArrayList<>(prefix);
    words.addAll(command);
    Process process;
    try {
      process = new ProcessBuilder(words).start();
    } catch (IOException e) {
      throw new ToolFailed(
          command.getFirst() + " cannot be run: is it installed? " + e.getMessage(), e);
    }
    try {
      var output = read(process.getInputStream(), MAX_OUTPUT_BYTES);
      var error = read(process.getErrorStream(), MAX_ERROR_BYTES);
      write(process.getOutputStream(), input);
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ToolFailed(
            "%s did not end within %d ms and was stopped"
                .formatted(String.join(" ", command), deadline.toMillis()));
      }
      return new Result(process.exitValue(), text(output), text(error));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ToolFailed(command.getFirst() + " was interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Writes on a thread of its own: a program that does not read would block the caller. */
  private static void write(OutputStream stream, String input) {
    Thread.startVirtualThread(
        () -> {
          try (stream) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
          } catch (IOException closed) {
            // It ended before it had read everything; its exit status and output say why.
          }
        });
  }

  private static CompletableFuture<byte[]> read(InputStream stream, int limit) {
    var all = new CompletableFuture<byte[]>();
    Thread.startVirtualThread(
        () -> {
          try (stream) {
            var bytes = stream.readNBytes(limit);
            // A full pipe would block the program, so what exceeds the limit is thrown away.
            stream.transferTo(OutputStream.nullOutputStream());
            all.complete(bytes);
          } catch (IOException e) {
            all.complete(new byte[0]);
          }
        });
    return all;
  }

  /**
   * Returns the output. A grandchild may hold the pipe open forever, so this waits only a moment
   * after the program's own end.
   */
  private static String text(CompletableFuture<byte[]> bytes)
      throws InterruptedException, ToolFailed {
    try {
      return new String(bytes.get(1, TimeUnit.SECONDS), StandardCharsets.UTF_8);
    } catch (ExecutionException | TimeoutException e) {
      throw new ToolFailed("its output could not be read", e);
    }
  }
}
