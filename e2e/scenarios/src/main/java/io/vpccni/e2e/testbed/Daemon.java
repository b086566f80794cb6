package io.vpccni.e2e.testbed;

import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A daemon is a process on a node with its log in a file. It can be killed and started again. */
public final class Daemon implements AutoCloseable {
  private final String name;
  private final List<String> command;
  private final Map<String, String> first;
  private Map<String, String> environment;
  private final Path log;
  private Process process;

  private Daemon(String name, List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    this.name = name;
    this.command = List.copyOf(command);
    this.first = Map.copyOf(environment);
    this.environment = first;
    this.log = log;
    this.process = launch();
  }

  /**
   * Starts a process.
   *
   * @param command the command, preceded by the words that enter the node
   * @param environment the whole environment
   * @param log the file that its output is appended to
   */
  static Daemon start(String name, List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    return new Daemon(name, command, environment, log);
  }

  private Process launch() throws IOException {
    var start =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    start.environment().clear();
    start.environment().putAll(environment);
    var started = start.start();
    started.getOutputStream().close();
    return started;
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** Kills the process with SIGKILL and waits for its end. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(10);
  }

  public void startAgain() throws IOException {
    if (process.isAlive()) {
      throw new IllegalStateException(name + " still runs");
    }
    process = launch();
  }

  /** Kills the process and starts it with some settings changed. */
  public void restart(Map<String, String> changes) throws IOException {
    kill();
    var next = new TreeMap<>(environment);
    next.putAll(changes);
    environment = Map.copyOf(next);
    startAgain();
  }

  /** Kills the process and starts it with the settings that it had at first. */
  public void restartAsAtFirst() throws IOException {
    kill();
    environment = first;
    startAgain();
  }

  /** Stops the process, as if the machine gave it no time, until {@link #resume}. */
  public void pause() throws IOException {
    signal("-STOP");
  }

  public void resume() throws IOException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException {
    Tool.run(List.of(), "kill", signal, Long.toString(pid()));
  }

  /**
   * Returns the exit code.
   *
   * @throws IOException if the process does not end within the time
   */
  public int exitCode(int seconds) throws IOException {
    awaitEnd(seconds);
    if (process.isAlive()) {
      throw new IOException(name + " did not end within " + seconds + " s; its log: " + tail());
    }
    return process.exitValue();
  }

  /** Returns the last lines of the log for the message of a failure. */
  public String tail() {
    try {
      var lines = Files.readAllLines(log);
      return "\n--- "
          + log
          + "\n"
          + String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    } catch (IOException unreadable) {
      return log + ": " + unreadable;
    }
  }

  /** Asks the process to end and kills it if it does not within 5 s. */
  @Override
  public void close() {
    process.destroy();
    awaitEnd(5);
    if (process.isAlive()) {
      kill();
    }
  }

  private void awaitEnd(int seconds) {
    try {
      process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
