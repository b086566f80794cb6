package io.vpccni.netprog.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds the settings of the daemon. Everything about pods and the host comes over the socket
 * instead.
 *
 * @param peer id of the only user that may connect
 * @param group group id of the socket
 * @param conflistFolder the container runtime's configuration folder
 * @param conflistPlugins plugin types that the conflist may name besides the known ones
 * @param sysctlRoot the folder that is used as {@code /proc/sys}
 * @param netnsFolders folders in which runtimes keep network namespaces
 * @param policySocket socket of the network policy agent
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
   * Reads the environment.
   *
   * @throws IllegalArgumentException naming the variable whose value is refused
   */
  public static ServeSettings parse(Map<String, String> env) {
    return new ServeSettings(
        Settings.SOCKET.read(env),
        Settings.PEER_UID.read(env),
        Settings.SOCKET_GID.read(env),
        Settings.CONFLIST_FOLDER.read(env),
        Set.copyOf(Settings.CONFLIST_PLUGINS.read(env)),
        Settings.SYSCTL_ROOT.read(env),
        Settings.NETNS_FOLDERS.read(env),
        Settings.POLICY_SOCKET.read(env));
  }

  /** Returns the file that {@code net-programmer probe} looks at, which is beside the socket. */
  public Path heartbeat() {
    return socket.resolveSibling(socket.getFileName() + ".alive");
  }

  /** Returns the same settings with a socket elsewhere. */
  public ServeSettings withSocket(Path path) {
    return new ServeSettings(
        path, peer, group, conflistFolder, conflistPlugins, sysctlRoot, netnsFolders, policySocket);
  }
}
