package io.vpccni.netprog.iptables;

import java.util.List;
import java.util.function.Predicate;

/**
 * Describes the desired content of one table.
 *
 * @param ours tells by its name whether a chain is ours; those that {@code chains} does not name
 *     are removed
 */
public record DesiredTable(String table, List<DesiredChain> chains, Predicate<String> ours) {
  public DesiredTable {
    chains = List.copyOf(chains);
  }
}
