package io.vpccni.e2e.testbed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A node's processes live in the instance's network namespace and in a mount namespace in which the
 * default paths are the node's own. One process holds the mount namespace, which goes with it.
 */
public final class NodeNamespaces implements AutoCloseable {
  /**
   * Distributions are mounted below this folder, because uid 10001 cannot enter a clone in a
   * private home.
   */
  public static final String DISTRIBUTIONS = "/opt/vpc-cni";

  public static final String CNI_BIN = "/opt/cni/bin";
  public static final String CNI_CONF = "/etc/cni/net.d";

  private final Process holder;

  private NodeNamespaces(Process holder) {
    this.holder = holder;
  }

  /**
   * Makes the mount namespace of a node.
   *
   * @param netns the network namespace of the instance
   * @param distributions the folders by their names under {@link #DISTRIBUTIONS}
   * @throws IOException with the words of the tool that refused
   */
  public static NodeNamespaces make(Path netns, Map<String, Path> distributions)
      throws IOException {
    var command =
        List.of(
            "nsenter",
            "--net=" + netns,
            "unshare",
            "--mount",
            "--propagation",
            "unchanged",
            "sh",
            "-c",
            ClasspathText.text("node.sh"),
            "node.sh");
    var start = new ProcessBuilder(command).redirectErrorStream(true);
    start
        .environment()
        .put(
            "APP",
            distributions.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue().toAbsolutePath())
                .collect(Collectors.joining("\n")));
    var holder = start.start();
    var said = new ArrayList<String>();
    // Not closed: it is the holder's for as long as it lives.
    var out =
        new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
    for (String line; (line = out.readLine()) != null; said.add(line)) {
      if (line.equals("ready")) {
        return new NodeNamespaces(holder);
      }
    }
    throw new IOException("the node's mount namespace cannot be made: " + String.join("\n", said));
  }

  /** Returns the words that run a command on this node when they precede it. */
  public List<String> enter() {
    return List.of("nsenter", "--target", Long.toString(holder.pid()), "--net", "--mount", "--");
  }

  /** Returns the command that runs the given words on this node. */
  public List<String> command(List<String> words) {
    var all = new ArrayList<>(enter());
    all.addAll(words);
    return List.copyOf(all);
  }

  /**
   * Returns the path of a node's file as it is seen from outside.
   *
   * @param path an absolute path without symbolic links that are absolute themselves ({@code
   *     /var/run} is one)
   */
  public Path file(String path) {
    return Path.of("/proc", Long.toString(holder.pid()), "root", path);
  }

  @Override
  public void close() {
    holder.destroyForcibly();
    try {
      holder.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
