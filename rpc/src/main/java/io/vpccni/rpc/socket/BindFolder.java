package io.vpccni.rpc.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/**
 * A socket is bound and given its mode in a bind folder, which is closed to everybody else, before
 * it is moved to its path.
 */
record BindFolder(Path folder, Path path) {
  /** The name is short because the kernel allows 107 bytes for the whole path. */
  private static final String NAME = "s";

  Path socket() {
    return folder.resolve(NAME);
  }

  /**
   * Makes the folder beside the socket's path and removes those that earlier starts left behind.
   * The caller holds the lock, so those belong to nobody.
   */
  static BindFolder make(Path path) {
    try {
      var parent = Objects.requireNonNull(path.getParent(), "a socket path has a folder");
      var prefix = "." + path.getFileName() + ".";
      var closed =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      var made = new BindFolder(Files.createTempDirectory(parent, prefix, closed), path);
      made.removeOlder(parent, prefix);
      return made;
    } catch (IOException denied) {
      throw new SocketUnavailable(
          "cannot prepare "
              + path
              + ": "
              + denied
              + "; the folder must exist and be writable for this user",
          denied);
    }
  }

  /** Gives the socket its mode and group and moves it to its path. */
  Void publish(SocketRules rules) throws IOException {
    Files.setPosixFilePermissions(socket(), rules.permissions());
    if (rules.group().isPresent()
        && !Files.getAttribute(socket(), "unix:gid").equals(rules.group().getAsInt())) {
      Files.setAttribute(socket(), "unix:gid", rules.group().getAsInt());
    }
    try {
      Files.move(socket(), path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException inTheWay) {
      throw new SocketUnavailable(
          "cannot listen on " + path + ": " + inTheWay + "; remove what is there, as init does",
          inTheWay);
    }
    Files.delete(folder);
    return null;
  }

  /** Removes the folder with a socket that was not published. */
  Void remove() throws IOException {
    Files.deleteIfExists(socket());
    Files.deleteIfExists(folder);
    return null;
  }

  private void removeOlder(Path parent, String prefix) throws IOException {
    var self = Files.getOwner(folder);
    try (var entries = Files.newDirectoryStream(parent, prefix + "*")) {
      for (var entry : entries) {
        var attributes =
            Files.readAttributes(entry, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        // Only our own folders: what another user planted here may lead anywhere.
        boolean ours = attributes.isDirectory() && attributes.owner().equals(self);
        if (ours && !entry.equals(folder)) new BindFolder(entry, path).remove();
      }
    }
  }
}
