package io.vpccni.netprog.netfilter;

import io.vpccni.netprog.iptables.Rule;
import io.vpccni.netprog.iptables.Tables;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The chains that the reference's egress plugin made, one for each pod. One rule for the whole
 * range does their work now; a chain goes with its pod, or at once if its pod has gone already.
 *
 * @param containers ids of the pods that are there
 */
record ReferenceEgressChains(Set<String> containers) {
  private static final Pattern CHAIN = Pattern.compile("CNI-E[46]-[0-9a-f]{21}");

  /** As the plugin writes it: {@code name: "aws-cni" id: "0123…"}. */
  private static final Pattern COMMENT = Pattern.compile("name: \"[^\"]*\" id: \"([^\"]*)\"");

  ReferenceEgressChains {
    containers = Set.copyOf(containers);
  }

  /** Whether there is any such chain. */
  static boolean in(Tables present) {
    return present.chains("nat").keySet().stream().anyMatch(ReferenceEgressChains::isChain);
  }

  static boolean isChain(String name) {
    return CHAIN.matcher(name).matches();
  }

  /** A jump to the chain of a pod that has gone. */
  boolean stale(Rule rule) {
    return isChain(rule.target()) && container(rule).filter(containers::contains).isEmpty();
  }

  /** Chains of pods that have gone, and those that nothing leads to. */
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
