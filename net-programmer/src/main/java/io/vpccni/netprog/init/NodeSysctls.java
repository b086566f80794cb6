package io.vpccni.netprog.init;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the host's sysctls that belong to no interface; those of the primary interface are set with
 * the host's rules, once its MAC is known.
 *
 * @param root the folder that is used as {@code /proc/sys}
 */
record NodeSysctls(Path root) {
  private static final Logger LOG = LoggerFactory.getLogger(NodeSysctls.class);

  void prepare(boolean disableTcpEarlyDemux, boolean ipv6, boolean ipv6Egress) throws IOException {
    // The key exists only in some kernels. It is written both ways, so that revoking the setting
    // takes effect.
    if (Files.isReadable(root.resolve("net/ipv4/tcp_early_demux"))) {
      set("net/ipv4/tcp_early_demux", disableTcpEarlyDemux ? "0" : "1");
    }
    if (ipv6) set("net/ipv6/conf/all/disable_ipv6", "0");
    if (ipv6 || ipv6Egress) set("net/ipv6/conf/all/forwarding", "1");
  }

  private void set(String key, String value) throws IOException {
    var file = root.resolve(key);
    // A right value is left alone, so that a second start works even if the tree is read-only.
    if (Files.readString(file).strip().equals(value)) return;
    Files.writeString(file, value, StandardOpenOption.WRITE);
    var now = Files.readString(file).strip();
    if (!now.equals(value))
      throw new IOException(file + " stays " + now + " after " + value + " was written");
    LOG.atInfo().addKeyValue("sysctl", key).addKeyValue("value", value).log("Sysctl set");
  }
}
