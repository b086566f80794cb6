package io.vpccni.netprog.node;

import java.util.stream.Collectors;

/** The output of {@code ip} without what is random or counted by the kernel. */
final class NormalizedOutput {
  private NormalizedOutput() {}

  /** Returns the output with the blanks of the dumps. */
  static String plain(String output) {
    return output.replace('\t', ' ').replaceAll("(?m) +$", "");
  }

  /** Returns the lines that name this link, or any link whose name begins so. */
  static String of(String link, String output) {
    return plain(output)
        .lines()
        .filter(line -> line.contains("dev " + link))
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  /**
   * Returns {@code ip addr show} with N for indexes, MAC and fe80::x for what the kernel chooses,
   * and without lifetimes, groups and hints at where a link's other end is.
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

  /** Returns the lines sorted, because the kernel's order is that of a hash table. */
  static String sorted(String output) {
    return plain(output).lines().sorted().collect(Collectors.joining("\n", "", "\n"));
  }
}
