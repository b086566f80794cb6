package io.vpccni.netprog.iptables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What iptables-save printed: table → chain → rules, in order. */
public record Tables(Map<String, Map<String, List<Rule>>> tables) {

  /**
   * Reads iptables-save's text; lines that are not table, chain, rule or COMMIT (comments) are
   * passed over.
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

  /** The chains of a table; empty where the table was not printed. */
  public Map<String, List<Rule>> chains(String table) {
    return tables.getOrDefault(table, Map.of());
  }

  public List<Rule> rules(String table, String chain) {
    return chains(table).getOrDefault(chain, List.of());
  }
}
