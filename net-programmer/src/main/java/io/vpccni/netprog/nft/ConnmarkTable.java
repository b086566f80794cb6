package io.vpccni.netprog.nft;

import io.vpccni.rpc.address.Cidr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Plans the nftables table {@code ip aws-cni}, which marks connections that leave the VPC. It is
 * compared with the output of {@code nft -s -a list table}, where both encodings of a prefix (with
 * and without a bitwise step) look the same, so that rules written by the reference count as right.
 *
 * @param mark value and mask of the connection mark
 * @param vethPrefixes prefixes of host veth names
 * @param exempt CIDRs whose connections stay unmarked
 */
public record ConnmarkTable(int mark, List<String> vethPrefixes, List<Cidr> exempt) {
  public static final String NAME = "aws-cni";
  private static final String BASE = "nat-prerouting";
  private static final String MARKS = "snat-mark";

  /** The chain runs 10 after dstnat, so that kube-proxy's translation has already happened. */
  private static final String HOOK =
      "type nat hook prerouting priority dstnat + 10; policy accept;";

  private static final Pattern MARKING =
      Pattern.compile("ct mark set (?:ct mark \\| )?0x([0-9a-f]{1,8})\\b");

  public ConnmarkTable {
    vethPrefixes = List.copyOf(vethPrefixes);
    exempt = List.copyOf(exempt);
  }

  /** Holds a line of a chain as nft prints it, and its handle apart from it. */
  private record Line(String text, String handle) {}

  /**
   * Computes the commands for {@code nft -f} that turn the present table into this one, all in one
   * transaction.
   *
   * @param listing output of {@code nft -s -a list table ip aws-cni}, empty if there is no such
   *     table
   * @return one command per entry, none if nothing is to be done
   */
  public List<String> difference(String listing) {
    var present = parse(listing);
    var commands = new ArrayList<String>();
    if (listing.isBlank()) {
      commands.add("add table ip " + NAME);
    }
    var base = present.getOrDefault(BASE, List.of());
    boolean hooked = !base.isEmpty() && base.getFirst().text().equals(HOOK);
    if (present.containsKey(BASE) && !hooked) {
      commands.add("flush chain ip %s %s".formatted(NAME, BASE));
      commands.add("delete chain ip %s %s".formatted(NAME, BASE));
    }
    if (!hooked) {
      commands.add("add chain ip %s %s { %s }".formatted(NAME, BASE, HOOK));
    }
    if (!present.containsKey(MARKS)) {
      commands.add("add chain ip %s %s".formatted(NAME, MARKS));
    }
    base(hooked ? texts(base.subList(1, base.size())) : List.of(), commands);
    marks(present.getOrDefault(MARKS, List.of()), commands);
    return commands;
  }

  /**
   * Compares the base chain. It has few rules whose order matters, so all of them are replaced in
   * one transaction if anything differs.
   */
  private void base(List<String> present, List<String> commands) {
    var desired = new ArrayList<>(List.of("fib daddr type local return"));
    for (var prefix : vethPrefixes) {
      desired.add("iifname \"%s*\" counter jump %s".formatted(prefix, MARKS));
    }
    desired.addAll(restored());
    if (canonical(present).equals(canonical(desired))) {
      return;
    }
    if (!present.isEmpty()) {
      commands.add("flush chain ip %s %s".formatted(NAME, BASE));
    }
    desired.forEach(rule -> commands.add("add rule ip %s %s %s".formatted(NAME, BASE, rule)));
  }

  /**
   * Copies our bits of the connection's mark to the packet's. The packet's other bits belong to
   * other programs. nft cannot combine two marks in one expression, so there is a rule for each
   * case.
   */
  private List<String> restored() {
    var ours = MarkExpression.hex(mark);
    var others = MarkExpression.hex(~mark);
    return List.of(
        "ct mark & %s == %s counter meta mark set meta mark | %s".formatted(ours, ours, ours),
        "ct mark & %s != %s counter meta mark set meta mark & %s".formatted(ours, ours, others));
  }

  private static List<String> canonical(List<String> rules) {
    return rules.stream().map(MarkExpression::canonical).toList();
  }

  private void marks(List<Line> present, List<String> commands) {
    var last = "counter ct mark set ct mark | " + MarkExpression.hex(mark);
    // The newest comes first, as in the reference's table.
    var missing =
        new ArrayList<>(exempt.stream().distinct().map(ConnmarkTable::exemption).toList());
    var desired = List.copyOf(missing);
    boolean lastThere = false;
    for (int i = 0; i < present.size(); i++) {
      var line = present.get(i);
      boolean isLast =
          MarkExpression.canonical(line.text()).equals(MarkExpression.canonical(last))
              && i == present.size() - 1;
      lastThere |= isLast;
      boolean exempting = desired.contains(line.text()) && missing.remove(line.text());
      if (!isLast && !exempting) {
        commands.add("delete rule ip %s %s handle %s".formatted(NAME, MARKS, line.handle()));
      }
    }
    missing.forEach(rule -> commands.add("insert rule ip %s %s %s".formatted(NAME, MARKS, rule)));
    if (!lastThere) {
      commands.add("add rule ip %s %s %s".formatted(NAME, MARKS, last));
    }
  }

  private static String exemption(Cidr cidr) {
    // nft lists "ip daddr 0.0.0.0/0" as nothing at all, so everything is exempted by a bare return.
    return cidr.prefix() == 0
        ? "counter return"
        : "counter ip daddr %s return".formatted(cidr.single() ? cidr.network() : cidr);
  }

  /** Returns the marks with which the rules of a listed table mark connections. */
  public static Set<Integer> marks(String listing) {
    return MARKING
        .matcher(listing)
        .results()
        .map(found -> Integer.parseUnsignedInt(found.group(1), 16))
        .collect(Collectors.toSet());
  }

  private static List<String> texts(List<Line> lines) {
    return lines.stream().map(Line::text).toList();
  }

  private static Map<String, List<Line>> parse(String listing) {
    var chains = new LinkedHashMap<String, List<Line>>();
    List<Line> chain = new ArrayList<>();
    for (var raw : listing.split("\n", -1)) {
      int mark = raw.indexOf(" # handle ");
      var handle = mark < 0 ? "" : raw.substring(mark + " # handle ".length()).strip();
      var text = (mark < 0 ? raw : raw.substring(0, mark)).strip();
      if (text.startsWith("chain ")) {
        chain = chains.computeIfAbsent(text.split(" ", -1)[1], _ -> new ArrayList<>());
      } else if (!text.isEmpty() && !text.equals("}") && !text.startsWith("table ")) {
        chain.add(new Line(text, handle));
      }
    }
    return chains;
  }
}
