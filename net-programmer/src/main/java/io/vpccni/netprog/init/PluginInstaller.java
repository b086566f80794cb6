package io.vpccni.netprog.init;

import io.vpccni.netprog.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs plugin binaries in the runtime's plugin folder on the host.
 *
 * @param target the folder; created if it is missing
 */
record PluginInstaller(Path target) {
  private static final Logger LOG = LoggerFactory.getLogger(PluginInstaller.class);
  private static final String PLUGIN = "aws-cni";

  /** An old conflist still names this plugin; the same program answers for both names. */
  private static final String EGRESS = "egress-cni";

  /**
   * Copies every regular file with its mode. Each one is replaced in one step, because the runtime
   * may be executing the old one.
   */
  void copyFrom(Path source) throws IOException {
    if (!Files.isRegularFile(source.resolve(PLUGIN))) {
      throw new IOException(
          "no "
              + PLUGIN
              + " in "
              + source
              + ": set NETPROG_CNI_BINARIES to the folder with the plugin binaries");
    }
    Files.createDirectories(target);
    try (var files = Files.newDirectoryStream(source)) {
      for (var file : files) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          copy(file, file.getFileName().toString());
      }
    }
    if (!Files.exists(source.resolve(EGRESS))) copy(source.resolve(PLUGIN), EGRESS);
  }

  private void copy(Path file, String name) throws IOException {
    var copy = target.resolve(name);
    var mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    boolean same =
        Files.isRegularFile(copy, LinkOption.NOFOLLOW_LINKS)
            && Files.mismatch(file, copy) < 0
            && PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)).equals(mode);
    if (same) return;
    AtomicFile.write(copy, mode, out -> Files.copy(file, out));
    LOG.atInfo().addKeyValue("file", copy).log("Plugin binary installed");
  }
}
