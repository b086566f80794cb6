package io.vpccni.netprog.netfilter;

import io.vpccni.netprog.iptables.Rule;
import io.vpccni.netprog.iptables.Tables;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds the chains that the reference's egress plugin made, one for each pod. One rule for the
 * whole range does their work now. A chain is removed with its pod, or at once if its pod has gone
 * already.
 *
 * @param containers container ids of the present pods
 */
record ReferenceEgressChains(Set<String> containers) {
  private static final Pattern CHAIN = Pattern.compile("CNI-E[46]-[0-9a-f]{21}");

  /** The plugin writes the comment {@code name: "aws-cni" id: "0123…"}. */
  private static final Pattern COMMENT = Pattern.compile("name: \"[^\"]*\" id: \"([^\"]*)\"");

  ReferenceEgressChains {
    containers = Set.copyOf(containers);
  }

  /** Tells whether there is any such chain. */
  static boolean in(Tables present) {
    return present.chains("nat").keySet().stream().anyMatch(ReferenceEgressChains::isChain);
  }

  static boolean isChain(String name) {
    return CHAIN.matcher(name).matches();
  }

  /** Tells whether the rule jumps to the chain of a departed pod. */
  boolean stale(Rule rule) {
    return isChain(rule.target()) && container(rule).filter(containers::contains).isEmpty();
  }

  /** Returns the chains of departed pods, and those that no rule jumps to. */
  Set<String> staleChains(Tables present) {
    var kept =
        present.rules("nat", "POSTROUTING").stream()
            .filter(rule -> isChain(rule.target()) && !stale(rule))
            .map(Rule::target)
            .collect(Collectors.toSet());
    return present.chains("nat").keySet().stream()
        .filter(chain -> isChain(chain) && !kept.contains(chain))
        .collect(Collectors.toSet());
  }

  private static Optional<String> container(Rule rule) {
    var comment = COMMENT.matcher(rule.comment());
    return comment.matches() ? Optional.of(comment.group(1)) : Optional.empty();
  }
}
