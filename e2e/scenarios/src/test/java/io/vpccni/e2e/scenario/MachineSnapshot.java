package io.vpccni.e2e.scenario;

import io.vpccni.e2e.testbed.Wait;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A snapshot holds everything about this machine that a simulator might change and leave behind.
 */
record MachineSnapshot(Set<String> traits) {
  private static final List<String> COMMANDS =
      List.of(
          "ip netns",
          "ip -o link",
          "ip rule",
          "ip -6 rule",
          "ip route show table all",
          "iptables-save",
          "ip6tables-save",
          "iptables-legacy-save",
          "nft list ruleset",
          "sysctl -a --pattern ^net\\.(ipv4\\.(ip_forward|conf|tcp_early)|ipv6\\.conf)",
          "find /sys/fs/cgroup -maxdepth 3 -type d");
  private static final List<String> FOLDERS =
      List.of("/run", "/run/netns", "/tmp", "/etc", "/etc/cni", "/opt", "/var/lib", "/var/log");

  private static final Pattern SIMULATOR = Pattern.compile("vpcsim-\\D*(\\d+)");
  private static final List<String> SHARED =
      List.of("/run/netns/", "ip netns: ", ": /tmp/", "/process_api/");

  static MachineSnapshot look() throws IOException {
    var traits = new TreeSet<String>();
    for (var command : COMMANDS) {
      var words = command.split(" ", -1);
      if (!installed(words[0])) {
        continue;
      }
      Tool.run(List.of(), words)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.replaceAll("\\[\\d+:\\d+]|packets \\d+ bytes \\d+|expires \\d+sec", ""))
          .forEach(line -> traits.add(command + ": " + line.strip()));
    }
    Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .map(line -> line.split(" ", -1))
        .forEach(field -> traits.add("mount: " + field[4] + " " + field[5]));
    for (var folder : FOLDERS) {
      list(Path.of(folder)).forEach(file -> traits.add("file: " + file));
    }
    // Only those whose simulator is gone: others may be at work here, too.
    ProcessHandle.allProcesses()
        .filter(process -> process.parent().map(ProcessHandle::pid).orElse(1L) == 1)
        .flatMap(process -> process.info().commandLine().stream())
        .filter(line -> line.contains("vpc-cni") || line.contains("vpcsim-"))
        .forEach(line -> traits.add("process: " + line));
    traits.removeIf(MachineSnapshot::ofOthers);
    return new MachineSnapshot(traits);
  }

  /**
   * Returns whether a trait belongs to somebody else. Others may work on this machine too: what
   * they have in the folders that everybody writes to counts only with our name on it, and not
   * while its simulator lives.
   */
  private static boolean ofOthers(String trait) {
    var name = SIMULATOR.matcher(trait);
    if (name.find()) {
      return ProcessHandle.of(Long.parseLong(name.group(1))).isPresent();
    }
    return SHARED.stream().anyMatch(trait::contains);
  }

  private static boolean installed(String program) {
    return List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      var all = new ArrayList<Path>();
      files.forEach(all::add);
      return all;
    }
  }

  /**
   * Returns what is new and what is gone since the snapshot. What others have for a moment only is
   * waited out.
   */
  Set<String> changes() throws IOException {
    try {
      Wait.until("the machine is as before", Duration.ofSeconds(20), () -> difference().isEmpty());
      return Set.of();
    } catch (IOException different) {
      return difference();
    }
  }

  private Set<String> difference() throws IOException {
    var now = look().traits();
    var changes = new TreeSet<String>();
    now.stream().filter(trait -> !traits.contains(trait)).forEach(t -> changes.add("new: " + t));
    // A simulator of somebody else that has ended meanwhile is no loss.
    traits.stream()
        .filter(trait -> !now.contains(trait) && !SIMULATOR.matcher(trait).find())
        .forEach(trait -> changes.add("gone: " + trait));
    return changes;
  }
}
