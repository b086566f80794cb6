package io.vpccni.ipamd.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keeps node-local egress addresses in the files of host-local, which allocates them for the
 * reference: one file for each address in use, named after it, with its owner in it. So the
 * reference can go on where we stop, and we where it stops. It blocks, and one thread at a time may
 * use it.
 *
 * <p>host-local's lock is not taken: its only caller is the reference's plugin, whose place ours
 * has taken when this agent runs.
 */
public final class EgressFiles {
  /**
   * This file has the address of its first range that host-local gave last; it goes on behind it.
   */
  private static final String LAST = "last_reserved_ip.0";

  private static final String LINE_END = "\r\n";

  private final Path folder;
  private final Cidr range;

  /** This is what each file is known to hold: an unchanged address costs nothing. */
  private final Map<Ip, Owner> known = new TreeMap<>();

  /**
   * @param folder made by {@code init}, and ours
   * @param range other files are left alone
   */
  public EgressFiles(Path folder, Cidr range) {
    this.folder = folder;
    this.range = range;
  }

  /**
   * @param ifName of the CNI call; empty in files of old versions of host-local
   */
  public record Owner(String containerId, String ifName) {
    static Owner parse(String text) {
      var lines = text.strip().split("\\R", 2);
      return new Owner(lines[0].strip(), lines.length > 1 ? lines[1].strip() : "");
    }

    /** An old file does not say for which interface. */
    boolean is(Owner other) {
      return containerId.equals(other.containerId)
          && (ifName.isEmpty() || ifName.equals(other.ifName));
    }

    String text() {
      return ifName.isEmpty() ? containerId : containerId + LINE_END + ifName;
    }
  }

  /**
   * Returns the owners by address; there are none if there is no folder yet.
   *
   * @throws IOException if the folder is there and cannot be read
   */
  public Map<Ip, Owner> read() throws IOException {
    known.clear();
    if (Files.isDirectory(folder)) {
      try (var entries = Files.newDirectoryStream(folder, EgressFiles::isFile)) {
        for (var entry : entries) {
          var owner = Owner.parse(Files.readString(entry));
          address(entry.getFileName().toString()).ifPresent(ip -> known.put(ip, owner));
        }
      }
    }
    return new TreeMap<>(known);
  }

  private Optional<Ip> address(String name) {
    try {
      return Optional.of(Ip.parse(name)).filter(range::contains);
    } catch (IllegalArgumentException noAddress) {
      return Optional.empty(); // the lock, the last address, a person's notes
    }
  }

  /**
   * Exactly these addresses are in use. What an address of an earlier owner says is replaced.
   *
   * @throws IOException naming the file; what could be written before is
   */
  public void write(Map<Ip, Owner> desired) throws IOException {
    for (var ip : Map.copyOf(known).keySet()) {
      if (desired.containsKey(ip)) continue;
      Files.deleteIfExists(folder.resolve(ip.toString()));
      known.remove(ip);
    }
    for (var entry : desired.entrySet()) {
      var ip = entry.getKey();
      var owner = entry.getValue();
      var before = known.remove(ip);
      if (before == null || !before.is(owner)) {
        replace(folder.resolve(ip.toString()), owner.text());
        replace(folder.resolve(LAST), ip.toString());
      }
      known.put(ip, owner);
    }
  }

  private static boolean isFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Writes to no link and waits for no fifo: what is not a regular file is removed first. */
  private static void replace(Path path, String text) throws IOException {
    if (!isFile(path)) Files.deleteIfExists(path);
    Files.writeString(path, text, UTF_8);
  }
}
