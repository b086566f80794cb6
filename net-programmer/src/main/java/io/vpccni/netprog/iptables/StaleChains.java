package io.vpccni.netprog.iptables;

import io.vpccni.netprog.iptables.DesiredChain.Shared;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Lists the chains of a table that are ours and not desired. The kernel refuses to remove a chain
 * that a rule still jumps to, so one that somebody else uses is kept as it is.
 *
 * @param removable chains that nothing will refer to once the desired rules are in place
 * @param kept the other ones, with a chain that refers to each
 */
record StaleChains(String table, List<String> removable, Map<String, String> kept) {

  static StaleChains of(Tables present, DesiredTable table) {
    var named = table.chains().stream().map(DesiredChain::chain).toList();
    var chains = present.chains(table.table());
    var removable =
        new TreeSet<>(
            chains.keySet().stream()
                .filter(chain -> !named.contains(chain) && table.ours().test(chain))
                .toList());
    var kept = new TreeMap<String, String>();
    boolean changed = true;
    while (changed) {
      changed = false;
      for (var chain : chains.entrySet()) {
        if (!removable.contains(chain.getKey())) {
          for (var rule : remaining(table, chain.getKey(), chain.getValue())) {
            if (removable.remove(rule.reference())) {
              kept.put(rule.reference(), chain.getKey());
              changed = true;
            }
          }
        }
      }
    }
    return new StaleChains(table.table(), List.copyOf(removable), kept);
  }

  /** Returns the rules of a chain that stay when the desired rules are in place. */
  private static List<Rule> remaining(DesiredTable table, String chain, List<Rule> there) {
    return table.chains().stream()
        .filter(desired -> desired.chain().equals(chain))
        .findFirst()
        .map(
            desired ->
                desired instanceof Shared(var _, var _, var _, var ours)
                    ? there.stream().filter(rule -> !ours.test(rule)).toList()
                    : List.<Rule>of())
        .orElse(there);
  }

  /** Returns the input of {@code iptables-restore --noflush} that removes what can be removed. */
  String text() {
    var text = new StringBuilder();
    if (!removable.isEmpty()) {
      text.append('*').append(table).append('\n');
      removable.forEach(chain -> text.append("-F ").append(chain).append('\n'));
      removable.forEach(chain -> text.append("-X ").append(chain).append('\n'));
      text.append("COMMIT\n");
    }
    return text.toString();
  }

  /** Returns one sentence for each chain that is kept. */
  List<String> complaints() {
    return kept.entrySet().stream()
        .map(
            one ->
                "chain %s of table %s is not used any more and stays, because a rule of chain %s refers to it"
                    .formatted(one.getKey(), table, one.getValue()))
        .toList();
  }
}
