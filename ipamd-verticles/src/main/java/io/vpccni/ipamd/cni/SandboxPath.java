package io.vpccni.ipamd.cni;

/**
 * Compares paths of network namespaces. {@code /var/run} is a link to {@code /run} wherever systemd
 * runs, and a runtime may say the one in ADD and the other in CHECK. The path is not looked up,
 * since it is one of the host's.
 */
final class SandboxPath {
  private static final String LINK = "/var/run/";
  private static final String TARGET = "/run/";

  private SandboxPath() {}

  static boolean same(String one, String other) {
    return canonical(one).equals(canonical(other));
  }

  private static String canonical(String path) {
    return path.startsWith(LINK) ? TARGET + path.substring(LINK.length()) : path;
  }
}
