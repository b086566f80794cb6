package io.vpccni.netprog;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the daemon is told by its environment; everything about pods and the host comes over the
 * socket instead.
 *
 * @param conflistFolder of the container runtime
 * @param conflistPlugins allowed in the conflist besides our own and those that we chain
 * @param sysctlRoot the folder that stands for {@code /proc/sys}
 * @param netnsFolders where runtimes keep network namespaces
 * @param policySocket of the network policy agent
 */
public record ServeSettings(
    Path socket,
    int peer,
    int group,
    Path conflistFolder,
    Set<String> conflistPlugins,
    Path sysctlRoot,
    List<Path> netnsFolders,
    Path policySocket) {

  /**
   * @throws IllegalArgumentException naming the variable whose value cannot be used
   */
  static ServeSettings parse(Map<String, String> env) {
    return new ServeSettings(
        path(env, "NETPROG_SOCKET", "/var/run/aws-node/net-programmer.sock"),
        id(env, "NETPROG_PEER_UID", 10001),
        id(env, "NETPROG_SOCKET_GID", 10001),
        path(env, "HOST_CNI_CONFDIR_PATH", "/host/etc/cni/net.d"),
        Set.copyOf(list(env, "NETPROG_CONFLIST_PLUGINS", "")),
        path(env, "NETPROG_SYSCTL_ROOT", "/proc/sys"),
        list(
                env,
                "NETPROG_NETNS_FOLDERS",
                "/var/run/netns,/run/netns,/var/run/docker/netns,/run/docker/netns")
            .stream()
            .map(folder -> absolute("NETPROG_NETNS_FOLDERS", folder))
            .toList(),
        path(env, "NETPROG_POLICY_SOCKET", "/var/run/aws-node/npa.sock"));
  }

  private static Path path(Map<String, String> env, String name, String otherwise) {
    return absolute(name, env.getOrDefault(name, otherwise));
  }

  private static Path absolute(String name, String text) {
    var path = Path.of(text);
    if (!path.isAbsolute())
      throw new IllegalArgumentException(name + " is not an absolute path: \"" + text + "\"");
    return path.normalize();
  }

  private static int id(Map<String, String> env, String name, int otherwise) {
    var text = env.getOrDefault(name, Integer.toString(otherwise));
    if (!text.matches("[0-9]{1,9}"))
      throw new IllegalArgumentException(name + " is not an id: \"" + text + "\"");
    return Integer.parseInt(text);
  }

  private static List<String> list(Map<String, String> env, String name, String otherwise) {
    return Arrays.stream(env.getOrDefault(name, otherwise).split(",", -1))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toList());
  }
}
