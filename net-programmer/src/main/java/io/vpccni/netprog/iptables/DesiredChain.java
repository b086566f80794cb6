package io.vpccni.netprog.iptables;

import java.util.List;
import java.util.function.Predicate;

/** Describes the desired content of one chain. */
public sealed interface DesiredChain {
  String chain();

  /** This chain is ours: it exists and holds exactly these rules in this order. */
  record Own(String chain, List<Rule> rules) implements DesiredChain {
    public Own {
      rules = List.copyOf(rules);
    }
  }

  /**
   * Others use this chain as well. Of the rules that match {@code ours} it holds exactly these, in
   * this order.
   */
  record Shared(String chain, Place place, List<Rule> rules, Predicate<Rule> ours)
      implements DesiredChain {
    public Shared {
      rules = List.copyOf(rules);
    }
  }

  /** This says where a missing rule goes in a chain that others use. */
  enum Place {
    HEAD,
    TAIL
  }
}
