package io.vpccni.netprog.conflist;

import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/**
 * {@code 10-aws.conflist} is the only file that we write in the runtime's configuration folder. It
 * is never removed, so that a node which was ready once stays ready for kubelet while its agent
 * restarts.
 */
public final class ConflistFile {
  private static final String NAME = "10-aws.conflist";

  private final Path file;
  private final ConflistCheck check;

  /**
   * Writes to a folder that need not exist yet.
   *
   * @param folder the runtime's configuration folder, usually {@code /etc/cni/net.d}
   * @param morePlugins plugin types that are allowed besides the known ones
   */
  public ConflistFile(Path folder, Set<String> morePlugins) {
    this.file = folder.resolve(NAME);
    this.check = ConflistCheck.allowing(morePlugins);
  }

  /**
   * Installs the text if it is acceptable and differs from what is there. This blocks; the file is
   * durable when it returns.
   *
   * @return whether the file was written
   * @throws Refusal with INVALID if the text is not acceptable, or FAILED with the file system's
   *     error
   */
  public boolean install(byte[] content) throws Refusal {
    check.check(content);
    try {
      // A link is replaced even if the same text is behind it, since somebody else may change that.
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          && Arrays.equals(Files.readAllBytes(file), content)) return false;
      AtomicFile.write(file, "rw-r--r--", out -> out.write(content));
      return true;
    } catch (IOException failed) {
      throw new Refusal(Refusal.Kind.FAILED, "writing " + file + ": " + failed, 0, failed);
    }
  }
}
