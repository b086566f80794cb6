package io.vpccni.netprog.iptables;

import java.util.List;
import java.util.function.Predicate;

/**
 * @param ours chains by their names: those of ours that {@code chains} does not name are removed
 */
public record DesiredTable(String table, List<DesiredChain> chains, Predicate<String> ours) {
  public DesiredTable {
    chains = List.copyOf(chains);
  }
}
