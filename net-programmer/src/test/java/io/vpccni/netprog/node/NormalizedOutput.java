package io.vpccni.netprog.node;

import java.util.stream.Collectors;

/** What {@code ip} shows, without what is drawn by chance or counted by the kernel. */
final class NormalizedOutput {
  private NormalizedOutput() {}

  /** Blanks as the dumps have them. */
  static String plain(String output) {
    return output.replace('\t', ' ').replaceAll("(?m) +$", "");
  }

  /** The lines that name this link, or any whose name begins so. */
  static String of(String link, String output) {
    return plain(output)
        .lines()
        .filter(line -> line.contains("dev " + link))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  /**
   * {@code ip addr show}: N for numbers of links, MAC and fe80::x for what the kernel draws;
   * without lifetimes, groups and hints at where a link's other end is.
   */
  static String addresses(String output) {
    return plain(output)
        .lines()
        .filter(line -> !line.contains("valid_lft"))
        .map(line -> line.replaceFirst("^\\d+: ", "N: ").replaceFirst("@if\\d+:", "@ifN:"))
        .map(line -> line.replaceFirst(" group default.*", ""))
        .map(line -> line.replaceFirst("link/ether \\S+ .*", "link/ether MAC"))
        .map(line -> line.replaceFirst("fe80::\\S+/64 scope link.*", "fe80::x/64 scope link"))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  /** In the order of their text: the kernel's is that of a hash table. */
  static String sorted(String output) {
    return plain(output).lines().sorted().collect(Collectors.joining("\n", "", "\n"));
  }
}
