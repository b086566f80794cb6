package io.vpccni.netprog.conflist;

import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/**
 * {@code 10-aws.conflist}, the only file in the runtime's configuration folder that we write. It is
 * never removed: a node that was ready once stays ready for kubelet while its agent restarts.
 */
public final class ConflistFile {
  private static final String NAME = "10-aws.conflist";

  private final Path file;
  private final ConflistCheck check;

  /**
   * @param folder of the runtime, usually {@code /etc/cni/net.d}
   * @param morePlugins types allowed besides our own
   */
  public ConflistFile(Path folder, Set<String> morePlugins) {
    this.file = folder.resolve(NAME);
    this.check = ConflistCheck.allowing(morePlugins);
  }

  /**
   * Installs the text if it is acceptable and differs from what is there. Blocks; durable when it
   * returns.
   *
   * @return whether the file was written
   * @throws Refusal INVALID, or FAILED with what the file system said
   */
  public boolean install(byte[] content) throws Refusal {
    check.check(content);
    try {
      if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), content))
        return false;
      AtomicFile.write(file, "rw-r--r--", out -> out.write(content));
      return true;
    } catch (IOException failed) {
      throw new Refusal(Refusal.Kind.FAILED, "writing " + file + ": " + failed, 0, failed);
    }
  }
}
