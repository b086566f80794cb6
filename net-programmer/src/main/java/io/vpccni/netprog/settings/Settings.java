package io.vpccni.netprog.settings;

import io.vpccni.netprog.settings.Setting.Invalid;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Lists all settings: name, default, parser, outcome of an invalid value, and meaning. */
public final class Settings {
  static final Setting<Path> SOCKET =
      new Setting<>(
          "NETPROG_SOCKET",
          "/var/run/aws-node/net-programmer.sock",
          Settings::absolute,
          Invalid.REFUSED,
          "socket that serves the agent");
  static final Setting<Integer> SOCKET_GID =
      new Setting<>(
          "NETPROG_SOCKET_GID", "10001", Settings::id, Invalid.REFUSED, "group of the socket");
  static final Setting<Integer> PEER_UID =
      new Setting<>(
          "NETPROG_PEER_UID",
          "10001",
          Settings::id,
          Invalid.REFUSED,
          "the only user that may connect");
  static final Setting<Path> CONFLIST_FOLDER =
      new Setting<>(
          "HOST_CNI_CONFDIR_PATH",
          "/host/etc/cni/net.d",
          Settings::absolute,
          Invalid.REFUSED,
          "folder of 10-aws.conflist");
  static final Setting<List<String>> CONFLIST_PLUGINS =
      new Setting<>(
          "NETPROG_CONFLIST_PLUGINS",
          "",
          Settings::list,
          Invalid.REFUSED,
          "further plugin types that the conflist may name: a,b,c");
  static final Setting<Path> SYSCTL_ROOT =
      new Setting<>(
          "NETPROG_SYSCTL_ROOT",
          "/proc/sys",
          Settings::absolute,
          Invalid.REFUSED,
          "folder that is used as /proc/sys");
  static final Setting<List<Path>> NETNS_FOLDERS =
      new Setting<>(
          "NETPROG_NETNS_FOLDERS",
          "/var/run/netns,/run/netns,/var/run/docker/netns,/run/docker/netns",
          text -> list(text).stream().map(Settings::absolute).toList(),
          Invalid.REFUSED,
          "folders that may hold pods' network namespaces: a,b,c");
  static final Setting<Path> POLICY_SOCKET =
      new Setting<>(
          "NETPROG_POLICY_SOCKET",
          "/var/run/aws-node/npa.sock",
          Settings::absolute,
          Invalid.REFUSED,
          "socket of the network policy agent");

  /** The default depends on where this program is installed. */
  static final Setting<Optional<Path>> CNI_BINARIES =
      new Setting<>(
          "NETPROG_CNI_BINARIES",
          "",
          text -> text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text)),
          Invalid.REFUSED,
          "folder of the plugin binaries to install (default: cni, beside bin and lib)");

  static final Setting<Path> CNI_BIN_FOLDER =
      new Setting<>(
          "HOST_CNI_BIN_PATH",
          "/host/opt/cni/bin",
          Path::of,
          Invalid.REFUSED,
          "folder in which the container runtime looks for plugins");
  static final Setting<Optional<Path>> LOG_FILE =
      new Setting<>(
          "AWS_VPC_K8S_CNI_LOG_FILE",
          "/host/var/log/aws-routed-eni/ipamd.log",
          Settings::logFile,
          Invalid.REFUSED,
          "log file of ipamd, which must be able to write its folder");
  static final Setting<Boolean> DISABLE_TCP_EARLY_DEMUX =
      flag("DISABLE_TCP_EARLY_DEMUX", false, "turns the sysctl tcp_early_demux off");
  static final Setting<Boolean> IPV6 = flag("ENABLE_IPv6", false, "whether pods get IPv6");
  static final Setting<Boolean> IPV6_EGRESS =
      flag("ENABLE_V6_EGRESS", false, "whether IPv4 pods reach IPv6");
  static final Setting<Boolean> IPV4_EGRESS =
      flag("ENABLE_V4_EGRESS", true, "whether IPv6 pods reach IPv4, with ENABLE_IPv6");

  private static final List<Setting<?>> OF_SERVE =
      List.of(
          SOCKET,
          SOCKET_GID,
          PEER_UID,
          CONFLIST_FOLDER,
          CONFLIST_PLUGINS,
          SYSCTL_ROOT,
          NETNS_FOLDERS,
          POLICY_SOCKET);
  private static final List<Setting<?>> OF_INIT =
      List.of(
          CNI_BINARIES,
          CNI_BIN_FOLDER,
          LOG_FILE,
          DISABLE_TCP_EARLY_DEMUX,
          IPV6,
          IPV6_EGRESS,
          IPV4_EGRESS,
          SYSCTL_ROOT);

  /** Go's strconv.ParseBool, which the reference uses, accepts these spellings. */
  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");

  private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

  private Settings() {}

  /** Describes all settings, for {@code --help}. */
  public static String help() {
    return "Environment of serve:\n" + rows(OF_SERVE) + "\nEnvironment of init:\n" + rows(OF_INIT);
  }

  private static String rows(List<Setting<?>> settings) {
    return settings.stream()
        .map(
            setting ->
                "  %-24s %s%s\n"
                    .formatted(
                        setting.name(),
                        setting.sentence(),
                        setting.fallback().isEmpty()
                            ? ""
                            : "\n%27s(default: %s)".formatted("", setting.fallback())))
        .collect(Collectors.joining());
  }

  private static Setting<Boolean> flag(String name, boolean fallback, String sentence) {
    return new Setting<>(
        name, Boolean.toString(fallback), Settings::bool, Invalid.REPLACED, sentence);
  }

  private static boolean bool(String text) {
    if (!TRUE.contains(text) && !FALSE.contains(text)) {
      throw new IllegalArgumentException("is not a boolean");
    }
    return TRUE.contains(text);
  }

  private static Path absolute(String text) {
    var path = Path.of(text);
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("is not an absolute path");
    }
    return path.normalize();
  }

  private static int id(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException("is not an id");
    }
    return Integer.parseInt(text);
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static Optional<Path> logFile(String text) {
    boolean stream =
        text.isEmpty() || text.equalsIgnoreCase("stdout") || text.equalsIgnoreCase("stderr");
    return stream ? Optional.empty() : Optional.of(Path.of(text));
  }
}
