package io.vpccni.netprog.init;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What init is told by its environment.
 *
 * @param binaries folder with what is to be copied; empty: nothing is
 * @param runFolder of sockets and checkpoints
 * @param logFile of the agent; empty where it logs to a stream
 * @param cniState parent of the folders in which host-local keeps node-local addresses
 * @param sysctlRoot the folder that stands for {@code /proc/sys}
 * @param agent user and group id of ipamd
 * @param ipv6Egress IPv4 pods reach IPv6 through node-local addresses
 * @param ipv4Egress IPv6 pods reach IPv4 through node-local addresses
 * @param problems values that could not be used; their defaults are
 */
public record InitSettings(
    Optional<Path> binaries,
    Path hostBinFolder,
    Path runFolder,
    Optional<Path> logFile,
    Path cniState,
    Path sysctlRoot,
    int agent,
    boolean disableTcpEarlyDemux,
    boolean ipv6,
    boolean ipv4Egress,
    boolean ipv6Egress,
    List<String> problems) {
  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

  public InitSettings {
    problems = List.copyOf(problems);
  }

  /**
   * @param env with the names that the reference's init container knows, where it knows one
   * @param home of this distribution; its folder {@code cni} holds the plugin binaries
   */
  public static InitSettings parse(Map<String, String> env, Optional<Path> home) {
    var problems = new ArrayList<String>();
    boolean ipv6 = flag(env, "ENABLE_IPv6", false, problems);
    return new InitSettings(
        Optional.ofNullable(env.get("NETPROG_CNI_BINARIES"))
            .map(Path::of)
            .or(() -> home.map(at -> at.resolve("cni"))),
        Path.of(env.getOrDefault("HOST_CNI_BIN_PATH", "/host/opt/cni/bin")),
        Path.of("/var/run/aws-node"),
        logFile(
            env.getOrDefault("AWS_VPC_K8S_CNI_LOG_FILE", "/host/var/log/aws-routed-eni/ipamd.log")),
        Path.of("/run/cni"),
        Path.of(env.getOrDefault("NETPROG_SYSCTL_ROOT", "/proc/sys")),
        10001,
        flag(env, "DISABLE_TCP_EARLY_DEMUX", false, problems),
        ipv6,
        ipv6 && flag(env, "ENABLE_V4_EGRESS", true, problems),
        flag(env, "ENABLE_V6_EGRESS", false, problems),
        problems);
  }

  private static Optional<Path> logFile(String value) {
    boolean stream =
        value.isEmpty() || value.equalsIgnoreCase("stdout") || value.equalsIgnoreCase("stderr");
    return stream ? Optional.empty() : Optional.of(Path.of(value));
  }

  /** The spellings that the reference accepts; anything else is the default, but never silently. */
  private static boolean flag(
      Map<String, String> env, String name, boolean otherwise, List<String> problems) {
    var value = Objects.requireNonNullElse(env.get(name), "");
    if (TRUE.contains(value)) return true;
    if (FALSE.contains(value)) return false;
    if (!value.isEmpty())
      problems.add(name + "=\"" + value + "\" is not a boolean: " + otherwise + " is used");
    return otherwise;
  }
}
