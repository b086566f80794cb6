package io.vpccni.charts;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.util.List;
import java.util.TreeSet;

/** Reads the rules of a role. */
final class Permissions {
  private Permissions() {}

  /** Returns each permission as a verb and a resource, in alphabetical order. */
  static List<String> of(List<PolicyRule> rules) {
    var all = new TreeSet<String>();
    for (var rule : rules) {
      for (var verb : rule.getVerbs()) {
        rule.getResources().forEach(resource -> all.add(verb + " " + resource));
        rule.getNonResourceURLs().forEach(url -> all.add(verb + " " + url));
      }
    }
    return List.copyOf(all);
  }
}
