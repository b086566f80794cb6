package io.vpccni.sim.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Carries commands out: one {@code ip -batch} per namespace and one {@code nft -f} for all of them.
 */
final class KernelCommandRunner {
  private final Names names;

  KernelCommandRunner(Names names) {
    this.names = names;
  }

  /**
   * Makes new namespaces, then links and routes by namespace, then the elements of nftables sets,
   * and then deletes namespaces.
   *
   * @throws IOException with the tool's own message; the commands before it have been carried out
   */
  void carryOut(List<KernelCommand> commands) throws IOException {
    var ip = new LinkedHashMap<String, List<String>>();
    var nft = new ArrayList<String>();
    var gone = new ArrayList<String>();
    for (var command : commands) {
      switch (command) {
        case KernelCommand.AddNamespace(var name) -> addNamespace(name);
        case KernelCommand.DeleteNamespace(var name) -> gone.add(name);
        case KernelCommand.Ip(var namespace, var line) ->
            ip.computeIfAbsent(namespace, _ -> new ArrayList<>()).add(line);
        case KernelCommand.Nft(var line) -> nft.add(line);
      }
    }
    for (var batch : ip.entrySet()) {
      Tool.run(batch.getValue(), "ip", "-n", batch.getKey(), "-batch", "-");
    }
    if (!nft.isEmpty()) {
      nft(names.router(), nft);
    }
    for (var name : gone) {
      deleteNamespace(name);
    }
  }

  void addNamespace(String name) throws IOException {
    Tool.run(List.of(), "ip", "netns", "add", name);
    Tool.run(List.of("link set lo up"), "ip", "-n", name, "-batch", "-");
    sysctl(name, "net/ipv4/ip_forward", "1");
    sysctl(name, "net/ipv6/conf/all/forwarding", "1");
    // Link-local addresses would else be tentative for a second or two, and unusable meanwhile.
    sysctl(name, "net/ipv6/conf/default/accept_dad", "0");
    sysctl(name, "net/ipv6/conf/default/router_solicitations", "0");
  }

  void deleteNamespace(String name) throws IOException {
    Tool.run(List.of(), "ip", "netns", "del", name);
  }

  void nft(String namespace, List<String> lines) throws IOException {
    Tool.run(lines, "ip", "netns", "exec", namespace, "nft", "-f", "-");
  }

  void sysctl(String namespace, String key, String value) throws IOException {
    Netns.call(Netns.path(namespace), () -> Files.writeString(Path.of("/proc/sys", key), value));
  }
}
