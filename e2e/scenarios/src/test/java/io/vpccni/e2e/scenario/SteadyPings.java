package io.vpccni.e2e.scenario;

import io.vpccni.e2e.testbed.Wait;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Steady pings ask many targets ten times a second each, from before something happens until after
 * it. Each round of ten has an ICMP id of its own, so that it is a new connection for every rule
 * that it passes.
 */
final class SteadyPings implements AutoCloseable {
  /** Pings in rounds until its file of control is gone; a round that cannot begin is said, too. */
  private static final String LOOP =
      "while [ -e \"$1\" ]; do ping -n -q -c 10 -i 0.1 -W 2 \"$2\" 2>&1;"
          + " [ $? -le 1 ] || { echo no round; sleep 0.1; }; done";

  private static final Pattern ROUND =
      Pattern.compile("(\\d+) packets transmitted, (\\d+) received|no round");

  private final Path folder;
  private final Map<String, Process> pingers = new TreeMap<>();

  /**
   * Makes pings without a target.
   *
   * @param folder for files, of its own
   */
  SteadyPings(Path folder) {
    this.folder = folder;
  }

  /** Starts to ping a target from a namespace. */
  void start(String name, Path netns, Ip target) throws IOException {
    var running = Files.createFile(running(name)).toString();
    var command =
        new String[] {
          "nsenter", "--net=" + netns, "bash", "-c", LOOP, name, running, target.toString()
        };
    pingers.put(
        name,
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output(name).toFile())
            .start());
  }

  /** Stops one of them, whose target is about to go, once its round is over. */
  void stop(String name) throws IOException {
    Files.delete(running(name));
    end(name);
  }

  /** Waits until each that is not stopped has begun and ended a round from now on. */
  void awaitRound() throws IOException {
    var before = new TreeMap<String, Integer>();
    for (var name : pingers.keySet()) {
      if (Files.exists(running(name))) before.put(name, tally(name).rounds);
    }
    Wait.until(
        "each pinger has made a round",
        Duration.ofSeconds(60),
        () -> {
          for (var name : before.keySet()) {
            if (tally(name).rounds < before.get(name) + 2) return false;
          }
          return true;
        });
  }

  /**
   * Returns how many pings were lost, by the name of the pinger; those without a loss are left out.
   */
  Map<String, String> losses() throws IOException {
    var losses = new TreeMap<String, String>();
    for (var name : pingers.keySet()) {
      var tally = tally(name);
      if (tally.answered < tally.sent) {
        losses.put(name, (tally.sent - tally.answered) + " of " + tally.sent);
      }
    }
    return losses;
  }

  /**
   * The pings of one pinger so far.
   *
   * @param rounds is how many rounds of ten have ended
   */
  private record Tally(int rounds, int sent, int answered) {}

  private Tally tally(String name) throws IOException {
    int rounds = 0;
    int sent = 0;
    int answered = 0;
    var round = ROUND.matcher(Files.readString(output(name)));
    while (round.find()) {
      rounds++;
      sent += round.group(1) == null ? 10 : Integer.parseInt(round.group(1));
      answered += round.group(2) == null ? 0 : Integer.parseInt(round.group(2));
    }
    return new Tally(rounds, sent, answered);
  }

  private Path running(String name) {
    return folder.resolve(name + ".running");
  }

  private Path output(String name) {
    return folder.resolve(name + ".out");
  }

  /** Stops all of them. The losses can still be asked for. */
  @Override
  public void close() throws IOException {
    for (var name : pingers.keySet()) Files.deleteIfExists(running(name));
    for (var name : pingers.keySet()) end(name);
  }

  private void end(String name) throws IOException {
    var pinger = pingers.get(name);
    try {
      if (pinger != null && !pinger.waitFor(20, TimeUnit.SECONDS)) {
        pinger.descendants().forEach(ProcessHandle::destroyForcibly);
        pinger.destroyForcibly();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }
}
