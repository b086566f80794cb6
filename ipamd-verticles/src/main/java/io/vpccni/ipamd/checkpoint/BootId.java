package io.vpccni.ipamd.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the kernel's random id of the current boot: processes of one boot see the same. */
public final class BootId {
  private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");

  private BootId() {}

  /** Returns the id, or nothing where the kernel does not show it. */
  public static Optional<String> ofThisMachine() {
    try {
      return Optional.of(Files.readString(FILE).strip()).filter(id -> !id.isEmpty());
    } catch (IOException hidden) {
      return Optional.empty();
    }
  }
}
