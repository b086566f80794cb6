package io.vpccni.netprog.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds the settings of init.
 *
 * @param sysctlRoot the folder that is used as {@code /proc/sys}
 * @param ipv6Egress whether IPv4 pods reach IPv6 through node-local addresses
 * @param ipv4Egress whether IPv6 pods reach IPv4 through node-local addresses
 * @param problems one sentence for each value that was replaced by its default
 */
public record InitSettings(
    Plugins plugins,
    Agent agent,
    Path sysctlRoot,
    boolean disableTcpEarlyDemux,
    boolean ipv6,
    boolean ipv4Egress,
    boolean ipv6Egress,
    List<String> problems) {

  public InitSettings {
    problems = List.copyOf(problems);
  }

  /**
   * Says where the plugin binaries are and where they go.
   *
   * @param source folder of the binaries to install; nothing is installed if it is empty
   * @param target folder in which the container runtime looks for plugins
   */
  public record Plugins(Optional<Path> source, Path target) {}

  /**
   * Names the agent's user and its files.
   *
   * @param id user and group id of ipamd
   * @param runFolder folder of sockets and checkpoints
   * @param logFile the agent's log file; empty if it logs to a stream
   * @param cniState parent of the folders in which node-local addresses are kept, in the layout of
   *     the host-local plugin
   */
  public record Agent(int id, Path runFolder, Optional<Path> logFile, Path cniState) {}

  /**
   * Reads the environment, whose names are those of the reference's init container where it has
   * one.
   *
   * @param home folder of this distribution, whose folder {@code cni} holds the plugin binaries
   * @throws IllegalArgumentException naming the variable whose value is refused
   */
  public static InitSettings parse(Map<String, String> env, Optional<Path> home) {
    var problems = new ArrayList<String>();
    var source = Settings.CNI_BINARIES.read(env).or(() -> home.map(at -> at.resolve("cni")));
    boolean demux = Settings.DISABLE_TCP_EARLY_DEMUX.read(env, problems);
    boolean ipv6 = Settings.IPV6.read(env, problems);
    return new InitSettings(
        new Plugins(source, Settings.CNI_BIN_FOLDER.read(env)),
        new Agent(
            10001, Path.of("/var/run/aws-node"), Settings.LOG_FILE.read(env), Path.of("/run/cni")),
        Settings.SYSCTL_ROOT.read(env),
        demux,
        ipv6,
        ipv6 && Settings.IPV4_EGRESS.read(env, problems),
        Settings.IPV6_EGRESS.read(env, problems),
        problems);
  }
}
