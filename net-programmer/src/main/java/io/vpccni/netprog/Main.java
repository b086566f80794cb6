package io.vpccni.netprog;

import io.vpccni.netprog.init.Init;
import io.vpccni.netprog.init.InitSettings;
import io.vpccni.rpc.log.LogLineFormatter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;

/** Entry point: {@code net-programmer [serve | init]}. */
public final class Main {
  private static final String HELP =
      """
      net-programmer: makes the node's kernel as the node agent (ipamd) wishes. It talks to nobody but ipamd
      and, if asked to, the network policy agent of the same node.

      net-programmer [serve]   serve requests until it is ended
      net-programmer init      once, before serve: copy binaries, make folders, take over a predecessor's files
      net-programmer rehearse  start, call itself, end; touches nothing. Makes lib/net-programmer.aot at build time
      net-programmer --help, --version

      serve needs uid 0, gid 10001, CAP_NET_ADMIN, CAP_SYS_ADMIN (and CAP_NET_RAW on a node with legacy iptables).

      Environment of serve                                                            default
        NETPROG_SOCKET           where to listen                                     /var/run/aws-node/net-programmer.sock
        NETPROG_SOCKET_GID       group of the socket                                 10001
        NETPROG_PEER_UID         the only user accepted                              10001
        HOST_CNI_CONFDIR_PATH    folder of 10-aws.conflist                           /host/etc/cni/net.d
        NETPROG_CONFLIST_PLUGINS plugin types allowed there besides our own, a,b,c   none
        NETPROG_SYSCTL_ROOT      what stands for /proc/sys                           /proc/sys
        NETPROG_NETNS_FOLDERS    where pods' network namespaces may be, a,b,c        /var/run/netns,/run/netns,/var/run/docker/netns,/run/docker/netns
        NETPROG_POLICY_SOCKET    of the network policy agent                         /var/run/aws-node/npa.sock

      Environment of init                                                             default
        NETPROG_CNI_BINARIES     folder of the plugin binaries to copy               cni, beside bin and lib
        HOST_CNI_BIN_PATH        where the container runtime looks for plugins       /host/opt/cni/bin
        AWS_VPC_K8S_CNI_LOG_FILE of ipamd, whose folder it must be able to write     /host/var/log/aws-routed-eni/ipamd.log
        DISABLE_TCP_EARLY_DEMUX, ENABLE_IPv6, ENABLE_V6_EGRESS                       false
        ENABLE_V4_EGRESS         with ENABLE_IPv6                                    true
        NETPROG_SYSCTL_ROOT      as above
      """;

  private Main() {}

  public static void main(String[] args) {
    LogLineFormatter.toStderr(Level.INFO);
    System.exit(run(List.of(args), System.getenv()));
  }

  /** The exit code: 0 done, 1 failed, 2 called the wrong way. */
  static int run(List<String> args, Map<String, String> env) {
    return switch (args.isEmpty() ? "serve" : args.getFirst()) {
      case "serve" -> Serve.run(env);
      case "rehearse" -> Serve.rehearse(env);
      case "init" ->
          Init.run(
              InitSettings.parse(
                  env, Optional.ofNullable(System.getProperty("netprog.home")).map(Path::of)));
      case "--help", "-h", "help" -> {
        System.out.print(HELP);
        yield 0;
      }
      case "--version" -> {
        System.out.println("net-programmer " + version());
        yield 0;
      }
      default -> {
        System.err.println(
            "net-programmer: unknown "
                + Arrays.toString(args.toArray())
                + "; see net-programmer --help");
        yield 2;
      }
    };
  }

  /** {@code dev} where the classes were not taken from a jar. */
  private static String version() {
    return Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "dev");
  }
}
