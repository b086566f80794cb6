package io.vpccni.netprog.init;

import io.vpccni.netprog.settings.InitSettings;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Implements the subcommand {@code init}. It may be repeated; what is right already is left alone.
 */
public final class Init {
  private static final Logger LOG = LoggerFactory.getLogger(Init.class);

  private Init() {}

  /** Returns the exit code, which is 0, or 1 after an error that the log explains. */
  public static int run(InitSettings settings) {
    settings.problems().forEach(problem -> LOG.atWarn().log(problem));
    try {
      prepareFolders(settings);
      new NodeSysctls(settings.sysctlRoot())
          .prepare(settings.disableTcpEarlyDemux(), settings.ipv6(), settings.ipv6Egress());
      if (settings.plugins().source().isPresent())
        new PluginInstaller(settings.plugins().target())
            .copyFrom(settings.plugins().source().get());
      LOG.atInfo().log("The node is prepared");
      return 0;
    } catch (IOException failed) {
      LOG.atError().addKeyValue("why", failed).log("Init failed, and nothing else was tried");
      return 1;
    }
  }

  private static void prepareFolders(InitSettings settings) throws IOException {
    var agent = settings.agent();
    var owner = new Ownership(agent.id());
    owner.sharedFolder(agent.runFolder());
    owner.ownFolder(agent.runFolder().resolve("spool"), "rwx------");
    owner.takeOver(agent.runFolder(), "ipam*.json", "rw-------");
    new StaleSockets(agent.runFolder()).remove();
    owner.takeOver(agent.runFolder(), "{cni,ipamd}.sock.lock", "rw-------");
    owner.takeBack(agent.runFolder(), "net-programmer.sock.lock", "rw-------");
    if (agent.logFile().isPresent()) {
      var file = agent.logFile().get().toAbsolutePath();
      var folder = file.resolveSibling("");
      owner.sharedFolder(folder);
      // This matches ipamd.log and its rotated files, such as ipamd-2026-01-31T00-00-00.000.log.gz.
      owner.takeOver(
          folder, file.getFileName().toString().replaceFirst("\\.log$", "") + "*", "rw-r-----");
    }
    if (settings.ipv4Egress()) addresses(owner, agent.cniState().resolve("v6pd/egress-v4-ipam"));
    if (settings.ipv6Egress()) addresses(owner, agent.cniState().resolve("v4pd/egress-v6-ipam"));
  }

  /**
   * Prepares a folder of node-local addresses. It keeps the layout of the host-local plugin, so
   * that the reference can take over, but ipamd writes it now.
   */
  private static void addresses(Ownership owner, Path dataFolder) throws IOException {
    var network = dataFolder.resolve("aws-cni");
    owner.ownFolder(network, "rwxr-xr-x");
    owner.takeOver(network, "*", "rw-r--r--");
  }
}
