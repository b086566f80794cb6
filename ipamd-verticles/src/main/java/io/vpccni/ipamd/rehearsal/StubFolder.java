package io.vpccni.ipamd.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** Holds all files of a rehearsed agent; nothing is left of it when it is closed. */
public final class StubFolder implements AutoCloseable {
  private final Path folder;
  private final int self;

  /**
   * Makes the folder, in the place of one that a killed process left.
   *
   * @throws IOException if it cannot be made
   */
  public StubFolder(Path folder) throws IOException {
    this.folder = folder;
    if (Files.exists(folder)) close();
    Files.createDirectory(folder);
    Files.createDirectory(folder.resolve("spool"));
    self = (int) Files.getAttribute(folder, "unix:uid");
  }

  /** Returns the settings of an agent on this folder, which has as many addresses as it needs. */
  public Map<String, String> environment() {
    var all = new HashMap<String, String>();
    all.put("ENABLE_IPv4", "true");
    all.put("AGENT_RUN_DIR", folder.toString());
    all.put("HOST_CNI_BIN_PATH", folder.toString());
    // It keeps no stamp, which might be written while the folder is removed.
    all.put("CNI_STATUS_MODE", "strict");
    all.put("MY_NODE_NAME", StubCloud.NODE);
    all.put("IP_COOLDOWN_PERIOD", "0");
    all.put("WARM_IP_TARGET", "1");
    all.put("MINIMUM_IP_TARGET", "6");
    return all;
  }

  /** Returns the user id of this process, which plays root too. */
  public int self() {
    return self;
  }

  @Override
  public void close() throws IOException {
    try (var paths = Files.walk(folder)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
    }
  }
}
