package io.vpccni.sim.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Carries orders out: one {@code ip -batch} per namespace and one {@code nft -f} for all of them.
 */
final class Commands {
  private static final int SECONDS = 30;

  private final Names names;

  Commands(Names names) {
    this.names = names;
  }

  /**
   * New namespaces first, then links and routes by namespace, then the sets, then what goes away.
   *
   * @throws IOException with the tool's own words; orders before it are done
   */
  void carryOut(List<Order> orders) throws IOException {
    var ip = new LinkedHashMap<String, List<String>>();
    var nft = new ArrayList<String>();
    var gone = new ArrayList<String>();
    for (var order : orders) {
      switch (order) {
        case Order.AddNamespace(var name) -> addNamespace(name);
        case Order.DeleteNamespace(var name) -> gone.add(name);
        case Order.Ip(var namespace, var line) ->
            ip.computeIfAbsent(namespace, _ -> new ArrayList<>()).add(line);
        case Order.Nft(var line) -> nft.add(line);
      }
    }
    for (var batch : ip.entrySet()) {
      run(batch.getValue(), "ip", "-n", batch.getKey(), "-batch", "-");
    }
    if (!nft.isEmpty()) {
      nft(names.router(), nft);
    }
    for (var name : gone) {
      deleteNamespace(name);
    }
  }

  void addNamespace(String name) throws IOException {
    run(List.of(), "ip", "netns", "add", name);
    run(List.of("link set lo up"), "ip", "-n", name, "-batch", "-");
    sysctl(name, "net/ipv4/ip_forward", "1");
    sysctl(name, "net/ipv6/conf/all/forwarding", "1");
    // Link-local addresses would else be tentative for a second or two, and unusable meanwhile.
    sysctl(name, "net/ipv6/conf/default/accept_dad", "0");
    sysctl(name, "net/ipv6/conf/default/router_solicitations", "0");
  }

  void deleteNamespace(String name) throws IOException {
    run(List.of(), "ip", "netns", "del", name);
  }

  void nft(String namespace, List<String> lines) throws IOException {
    run(lines, "ip", "netns", "exec", namespace, "nft", "-f", "-");
  }

  void sysctl(String namespace, String key, String value) throws IOException {
    Netns.call(Netns.path(namespace), () -> Files.writeString(Path.of("/proc/sys", key), value));
  }

  /** Runs a tool with these lines as its input; what it says on failure is in the exception. */
  static String run(List<String> input, String... command) throws IOException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
      for (var line : input) {
        in.write(line);
        in.write('\n');
      }
    } catch (IOException stoppedReading) {
      // Its exit code and words below say why.
    }
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + ": no end within " + SECONDS + " s");
      }
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted: " + String.join(" ", command), stopped);
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          "%s: exit %d: %s%s"
              .formatted(
                  String.join(" ", command),
                  process.exitValue(),
                  said,
                  input.isEmpty() ? "" : "\ninput was:\n" + String.join("\n", input)));
    }
    return said;
  }
}
