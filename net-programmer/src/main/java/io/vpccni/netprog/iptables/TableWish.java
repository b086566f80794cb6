package io.vpccni.netprog.iptables;

import java.util.List;

/**
 * @param ownPrefixes chains whose names begin so are ours: those that {@code chains} does not name
 *     are removed
 */
public record TableWish(String table, List<ChainWish> chains, List<String> ownPrefixes) {
  public TableWish {
    chains = List.copyOf(chains);
    ownPrefixes = List.copyOf(ownPrefixes);
  }
}
