package io.vpccni.netprog.host;

import io.vpccni.netprog.netlink.Request;
import io.vpccni.netprog.netlink.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Removes rules without touching others. The kernel removes the first rule that has everything
 * which the request names, and what a rule does not select by is not named: the request to remove
 * {@code 1535: from all lookup main} fits every rule of that priority and table. Desired rules that
 * it would hit first are therefore added a second time, behind, before the first ones go. It is
 * pure.
 */
final class RuleRemoval {
  private final Set<Rule> desired;

  /** Holds the rules as they are after the requests so far. */
  private final List<Rule> rules;

  RuleRemoval(Set<Rule> desired, List<Rule> rules) {
    this.desired = desired;
    this.rules = new ArrayList<>(rules);
  }

  /** Returns the requests, or none if a rule of somebody else would be hit. */
  List<Request> of(Rule stale) {
    int at = rules.indexOf(stale);
    var hit = rules.subList(0, Math.max(0, at)).stream().filter(stale::deletionFits).toList();
    if (at < 0 || !desired.containsAll(hit)) {
      return List.of();
    }
    var requests = new ArrayList<Request>();
    hit.forEach(rule -> requests.add(rule.addCopy()));
    hit.forEach(_ -> requests.add(stale.delete()));
    requests.add(stale.delete());
    hit.forEach(this::move);
    rules.remove(stale);
    return requests;
  }

  /** Notes that a rule is now the last of its priority. */
  private void move(Rule rule) {
    rules.remove(rule);
    int end = 0;
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).priority() <= rule.priority()) {
        end = i + 1;
      }
    }
    rules.add(end, rule);
  }
}
