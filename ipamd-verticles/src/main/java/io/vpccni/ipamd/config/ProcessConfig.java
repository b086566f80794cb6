package io.vpccni.ipamd.config;

import java.nio.file.Path;
import java.util.logging.Level;

/**
 * Names the files, listeners and logs of the process.
 *
 * @param runFolder holds the sockets and the spool
 * @param checkpoint of network card 0; the others' names follow from it
 * @param statusMode when the verb STATUS fails
 * @param introspection {@code host:port} or {@code unix:/path}; empty with {@code
 *     DISABLE_INTROSPECTION}
 * @param metrics {@code host:port}; empty with {@code DISABLE_METRICS}
 * @param logFile path, {@code stdout} or {@code stderr}
 */
public record ProcessConfig(
    Path runFolder,
    Path checkpoint,
    StatusMode statusMode,
    String introspection,
    String metrics,
    String logFile,
    Level logLevel) {

  public Path cniSocket() {
    return runFolder.resolve("cni.sock");
  }

  public Path grpcSocket() {
    return runFolder.resolve("ipamd.sock");
  }

  public Path programmerSocket() {
    return runFolder.resolve("net-programmer.sock");
  }

  public Path spool() {
    return runFolder.resolve("spool");
  }

  /** This says when the verb STATUS fails; {@code CNI_STATUS_MODE}. */
  public enum StatusMode {
    /**
     * It fails until the node could serve once since its boot, and then only for a fault of the
     * node that lasts: kubelet gives up a node whose runtime says that its network is down.
     */
    SAFE,

    /** It fails whenever no pod can be added. */
    STRICT
  }
}
