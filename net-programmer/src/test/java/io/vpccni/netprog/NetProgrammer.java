package io.vpccni.netprog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs the program as it is shipped, with the user, group and capabilities that it has on a node.
 */
final class NetProgrammer implements AutoCloseable {
  private static final Path LAUNCHER =
      Path.of("target", "dist", "bin", "net-programmer").toAbsolutePath();

  /**
   * The program runs in a network namespace of its own, because what it does to the "host" must not
   * happen to this machine.
   */
  private static final List<String> AS_ON_A_NODE =
      List.of(
          "unshare",
          "--net",
          "--",
          "setpriv",
          "--regid=10001",
          "--clear-groups",
          "--bounding-set=-all,+net_admin,+sys_admin",
          "--inh-caps=-all",
          "--no-new-privs",
          "--");

  private final Process process;
  private final Path log;

  private NetProgrammer(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static NetProgrammer start(Path folder, Map<String, String> env, String... arguments)
      throws IOException {
    var command =
        Stream.of(AS_ON_A_NODE, List.of(launcher().toString()), List.of(arguments))
            .flatMap(List::stream)
            .toList();
    return launch(folder, env, command);
  }

  /**
   * Returns a command for the caller's namespace that starts the program with its user, group and
   * capabilities.
   */
  static List<String> asOnANode() {
    int setpriv = AS_ON_A_NODE.indexOf("setpriv");
    return Stream.concat(
            AS_ON_A_NODE.subList(setpriv, AS_ON_A_NODE.size()).stream(),
            Stream.of(launcher().toString()))
        .toList();
  }

  static Path launcher() {
    assertThat(LAUNCHER).as("built by the package phase").isExecutable();
    return LAUNCHER;
  }

  /** Starts any command that becomes the program itself. */
  static NetProgrammer launch(Path folder, Map<String, String> env, List<String> command)
      throws IOException {
    var log = Files.createTempFile(folder, "net-programmer", ".log");
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(env);
    return new NetProgrammer(builder.start(), log);
  }

  /** Waits until the log contains the text or the process has ended, and returns the log. */
  String awaitLog(String text) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() < end) {
      boolean ended = process.waitFor(20, TimeUnit.MILLISECONDS);
      if (ended || log().contains(text)) break;
    }
    assertThat(log()).contains(text);
    return log();
  }

  int awaitEnd() throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended within 30 s").isTrue();
    return process.exitValue();
  }

  String log() throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  /** Returns a line of {@code /proc/PID/status} without its name. */
  String status(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  int openFiles() {
    var open = Path.of("/proc", Long.toString(process.pid()), "fd").toFile().list();
    return open == null ? 0 : open.length;
  }

  /** Runs a program in its network namespace. */
  String inItsNamespace(String words) throws IOException, InterruptedException {
    var command =
        Stream.concat(
                Stream.of("nsenter", "--net=/proc/" + process.pid() + "/ns/net"),
                Stream.of(words.split(" ", -1)))
            .toList();
    var program = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(program.waitFor()).as("%s: %s", words, output).isZero();
    return output;
  }

  void signal(String name) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  void end() {
    process.destroy();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
