package io.vpccni.netprog.netns;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Names the folders in which network namespaces may be opened. {@code /proc/<pid>/ns/net} is always
 * allowed as well.
 *
 * @param folders absolute paths without a slash at the end
 */
public record NetnsFolders(List<String> folders) {
  /** containerd, CRI-O and {@code ip netns} keep their namespaces in these folders. */
  public static final NetnsFolders USUAL =
      new NetnsFolders(List.of("/run/netns", "/var/run/netns"));

  private static final Pattern OF_PROCESS = Pattern.compile("/proc/[1-9][0-9]{0,9}/ns/net");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");

  public NetnsFolders {
    folders = List.copyOf(folders);
  }

  /**
   * Tells whether a namespace may be opened at that path; this says nothing about what is there.
   */
  public boolean allow(String path) {
    int slash = path.lastIndexOf('/');
    return OF_PROCESS.matcher(path).matches()
        || (slash > 0
            && folders.contains(path.substring(0, slash))
            && NAME.matcher(path.substring(slash + 1)).matches());
  }
}
