package io.vpccni.netprog.iptables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Holds the output of iptables-save as table, chain and rules, in order. */
public record Tables(Map<String, Map<String, List<Rule>>> tables) {

  /**
   * Parses the output of iptables-save and skips every line that is not a table, a chain, a rule or
   * COMMIT.
   */
  public static Tables parse(String text) {
    Map<String, Map<String, List<Rule>>> tables = new LinkedHashMap<>();
    Map<String, List<Rule>> chains = Map.of();
    for (var line : text.split("\n", -1)) {
      if (line.startsWith("*")) {
        chains = tables.computeIfAbsent(line.substring(1).strip(), _ -> new LinkedHashMap<>());
      } else if (line.startsWith(":")) {
        chains.computeIfAbsent(line.substring(1).split(" ", 2)[0], _ -> new ArrayList<>());
      } else if (line.startsWith("-A ")) {
        var words = Rule.split(line);
        chains
            .computeIfAbsent(words.get(1), _ -> new ArrayList<>())
            .add(new Rule(words.subList(2, words.size())));
      }
    }
    return new Tables(tables);
  }

  /** Returns the chains of a table, or nothing if the table was not printed. */
  public Map<String, List<Rule>> chains(String table) {
    return tables.getOrDefault(table, Map.of());
  }

  public List<Rule> rules(String table, String chain) {
    return chains(table).getOrDefault(chain, List.of());
  }
}
