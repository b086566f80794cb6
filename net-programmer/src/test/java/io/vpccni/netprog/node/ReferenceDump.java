package io.vpccni.netprog.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A dump of the reference, split into sections. */
record ReferenceDump(String text) {
  static ReferenceDump read(String file) throws IOException {
    return new ReferenceDump(Files.readString(Path.of("src/test/resources/observed", file)));
  }

  String section(String title) {
    int from = text.indexOf("## " + title + "\n");
    if (from < 0) {
      throw new IllegalArgumentException("no section " + title);
    }
    from = text.indexOf('\n', from) + 1;
    int to = text.indexOf("\n## ", from);
    return text.substring(from, to < 0 ? text.length() : to).strip();
  }

  record Pod(String ip, String veth, int table) {}

  /** Returns the pods in the order in which they were made. */
  List<Pod> pods() {
    var veths = new HashMap<String, String>();
    var route = Pattern.compile("(?m)^(\\S+) dev (eni\\S+) scope link").matcher(text);
    while (route.find()) {
      veths.put(route.group(1), route.group(2));
    }
    var tables = new HashMap<String, Integer>();
    var from = Pattern.compile("(?m)^1536: from (\\S+) lookup (\\d+)").matcher(text);
    while (from.find()) {
      tables.put(from.group(1), Integer.valueOf(from.group(2)));
    }
    var pods = new ArrayList<Pod>();
    var to = Pattern.compile("(?m)^512: from all to (\\S+) lookup main").matcher(text);
    while (to.find()) {
      pods.add(
          new Pod(
              to.group(1),
              veths.getOrDefault(to.group(1), "none"),
              tables.getOrDefault(to.group(1), 254)));
    }
    return pods;
  }

  /** Normalises output in the way the dumps were normalised. */
  static String normal(String output) {
    return output
        .replace('\t', ' ')
        .replaceAll("(?m) +$", "")
        .replaceAll("(?m)^.* table local .*\n", "")
        .replaceAll("(?m)^.*(fe80|ff00).*\n", "")
        .strip();
  }

  /** Normalises iptables-save output in the way the dumps were: without comments and counters. */
  static String saved(String text) {
    return Arrays.stream(
            text.replaceAll("(?m)^#.*\n", "")
                .replaceAll(" \\[\\d+:\\d+\\]", "")
                .split("(?<=COMMIT\n)", -1))
        .map(String::strip)
        .filter(table -> !table.isEmpty())
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  static String nft(TestNode node) {
    return TestNode.works("ip netns exec " + node.namespace + " nft list table ip aws-cni")
        ? node.exec("nft -s list table ip aws-cni").replaceAll("(?m)^\\s+", "").strip()
        : "(table absent)";
  }

  /**
   * Returns the native table without the rule by which the reference overwrites other agents' bits
   * of a packet's mark, and with ours in its place.
   */
  String connmarkTable() {
    return section("nft list table ip aws-cni")
        .replaceAll("(?m)^ +", "")
        .replace(
            "counter meta mark set ct mark & 0x00000080",
            """
            ct mark & 0x00000080 == 0x00000080 counter meta mark set meta mark | 0x00000080
            ct mark & 0x00000080 != 0x00000080 counter meta mark set meta mark & 0xffffff7f""");
  }
}
