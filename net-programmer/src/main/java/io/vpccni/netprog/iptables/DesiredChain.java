package io.vpccni.netprog.iptables;

import java.util.List;
import java.util.function.Predicate;

/** The desired content of one chain. */
public sealed interface DesiredChain {
  String chain();

  /** A chain of ours, which exists and holds exactly these rules in this order. */
  record Own(String chain, List<Rule> rules) implements DesiredChain {
    public Own {
      rules = List.copyOf(rules);
    }
  }

  /**
   * A chain that others use as well. Of the rules that match {@code ours} it holds exactly these,
   * in this order.
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
