package io.vpccni.netprog.init;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The subcommand {@code init}. May be repeated; what is right already is left alone. */
public final class Init {
  private static final Logger LOG = LoggerFactory.getLogger(Init.class);

  private Init() {}

  /** The exit code: 0, or 1 after an error that the log explains. */
  public static int run(InitSettings settings) {
    settings.problems().forEach(problem -> LOG.atWarn().log(problem));
    try {
      prepareFolders(settings);
      new NodeSysctls(settings.sysctlRoot())
          .prepare(settings.disableTcpEarlyDemux(), settings.ipv6(), settings.ipv6Egress());
      if (settings.binaries().isPresent())
        new PluginInstaller(settings.hostBinFolder()).copyFrom(settings.binaries().get());
      LOG.atInfo().log("node prepared");
      return 0;
    } catch (IOException | UnsupportedOperationException failed) {
      LOG.atError().addKeyValue("error", failed).log("init failed; nothing else was tried");
      return 1;
    }
  }

  private static void prepareFolders(InitSettings settings) throws IOException {
    var owner = new Ownership(settings.agent());
    owner.sharedFolder(settings.runFolder());
    owner.ownFolder(settings.runFolder().resolve("spool"), "rwx------");
    owner.takeOver(settings.runFolder(), "ipam*.json", "rw-------");
    new StaleSockets(settings.runFolder()).remove();
    if (settings.logFile().isPresent()) {
      var file = settings.logFile().get().toAbsolutePath();
      var folder = file.resolveSibling("");
      owner.sharedFolder(folder);
      // ipamd.log, and what rotation made of it: ipamd-2026-01-31T00-00-00.000.log.gz
      owner.takeOver(
          folder, file.getFileName().toString().replaceFirst("\\.log$", "") + "*", "rw-r-----");
    }
    if (settings.ipv4Egress()) addresses(owner, settings.cniState().resolve("v6pd/egress-v4-ipam"));
    if (settings.ipv6Egress()) addresses(owner, settings.cniState().resolve("v4pd/egress-v6-ipam"));
  }

  /**
   * Kept as host-local keeps them, so that the reference can take over; but it is ipamd that writes
   * them now.
   */
  private static void addresses(Ownership owner, Path dataFolder) throws IOException {
    var network = dataFolder.resolve("aws-cni");
    owner.ownFolder(network, "rwxr-xr-x");
    owner.takeOver(network, "*", "rw-r--r--");
  }
}
