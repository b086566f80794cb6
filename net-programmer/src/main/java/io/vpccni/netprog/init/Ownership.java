package io.vpccni.netprog.init;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives folders and files to the agent. It follows no link: the folders are writable for a process
 * that may have been compromised, and a link planted there would let it own any file of the node.
 *
 * @param agent user and group id of the agent
 */
record Ownership(int agent) {
  private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

  /**
   * The folder is sticky, because two daemons work in it and must not remove each other's files.
   */
  private static final int SHARED = 01775;

  /** Makes a folder of root in which the agent's group may create files. */
  void sharedFolder(Path folder) throws IOException {
    make(folder);
    own(folder, 0);
    Files.setAttribute(folder, "unix:mode", SHARED);
  }

  /** Makes a folder that belongs to the agent alone. */
  void ownFolder(Path folder, String mode) throws IOException {
    make(folder);
    own(folder, agent);
    setMode(folder, mode);
  }

  /** Gives the regular files that match the glob to the agent. */
  void takeOver(Path folder, String glob, String mode) throws IOException {
    give(folder, glob, mode, agent);
  }

  /**
   * Gives the regular files that match the glob to root. Their group stays the agent's, which is
   * net-programmer's as well.
   */
  void takeBack(Path folder, String glob, String mode) throws IOException {
    give(folder, glob, mode, 0);
  }

  /** A file that a process has opened or locked stays the same file. */
  private void give(Path folder, String glob, String mode, int uid) throws IOException {
    try (var files = Files.newDirectoryStream(folder, glob)) {
      for (var file : files) {
        if (!isOneFile(file)) continue;
        if (own(file, uid)) {
          LOG.atInfo()
              .addKeyValue("file", file)
              .addKeyValue("uid", uid)
              .log("File taken over from a predecessor");
        }
        setMode(file, mode);
      }
    }
  }

  /**
   * Tells whether a file is a regular one without a second name. A hard link that the agent has
   * planted would be given away or locked under its other name as well.
   */
  static boolean isOneFile(Path file) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS).equals(1);
  }

  private static void make(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException other) {
      throw new IOException(folder + " is not a folder: remove it", other);
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          folder + " is a link; remove it, because the agent's folder must not lead elsewhere");
    }
  }

  private boolean own(Path path, int uid) throws IOException {
    boolean changed =
        set(
            path,
            "unix:uid",
            uid); // the group second: changing the owner may clear set-id bits, which we never want
    return set(path, "unix:gid", agent) || changed;
  }

  private static boolean set(Path path, String attribute, int id) throws IOException {
    if (Files.getAttribute(path, attribute, LinkOption.NOFOLLOW_LINKS).equals(id)) return false;
    Files.setAttribute(path, attribute, id, LinkOption.NOFOLLOW_LINKS);
    return true;
  }

  private static void setMode(Path path, String mode) throws IOException {
    Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setPermissions(PosixFilePermissions.fromString(mode));
  }
}
