package io.vpccni.netprog.iptables;

import io.vpccni.netprog.iptables.DesiredChain.Own;
import io.vpccni.netprog.iptables.DesiredChain.Place;
import io.vpccni.netprog.iptables.DesiredChain.Shared;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Holds the input of {@code iptables-restore --noflush} that turns the present tables into the
 * desired ones. What is needed and what only cleans up do not share a transaction, so that a
 * clean-up which the kernel refuses does not take needed rules with it.
 *
 * @param text the needed changes; empty if there are none
 * @param changes number of chains and rules that it adds or removes
 * @param cleanup the removal of stale chains, to be done afterwards; empty if there are none
 * @param cleanups number of chains that it removes
 * @param complaints one sentence for each stale chain that cannot be removed
 */
public record Difference(
    String text, int changes, String cleanup, int cleanups, List<String> complaints) {
  public Difference {
    complaints = List.copyOf(complaints);
  }

  /** Compares all tables and returns one text; iptables-restore commits each table atomically. */
  public static Difference between(Tables present, List<DesiredTable> desired) {
    var text = new StringBuilder();
    int changes = 0;
    var stale = desired.stream().map(table -> StaleChains.of(present, table)).toList();
    for (var table : desired) {
      var lines = new Lines();
      lines.plan(present, table);
      if (lines.isEmpty()) {
        continue;
      }
      text.append('*').append(table.table()).append('\n');
      lines.all().forEach(line -> text.append(line).append('\n'));
      text.append("COMMIT\n");
      changes += lines.changes();
    }
    return new Difference(
        text.toString(),
        changes,
        stale.stream().map(StaleChains::text).collect(Collectors.joining()),
        stale.stream().mapToInt(chains -> chains.removable().size()).sum(),
        stale.stream().flatMap(chains -> chains.complaints().stream()).toList());
  }

  /** Collects the lines of one table. A chain is made before what jumps to it. */
  private static final class Lines {
    private final List<String> made = new ArrayList<>();
    private final List<String> rules = new ArrayList<>();

    void plan(Tables present, DesiredTable table) {
      var chains = present.chains(table.table());
      for (var chain : table.chains()) {
        var there = present.rules(table.table(), chain.chain());
        switch (chain) {
          case Own own -> {
            if (!chains.containsKey(own.chain())) {
              made.add(":" + own.chain() + " - [0:0]");
            }
            own(own, there);
          }
          case Shared shared -> shared(shared, there);
        }
      }
    }

    /**
     * Edits a chain of ours by position. Only we write to it, so nobody moves its rules between our
     * reading and our writing.
     */
    private void own(Own chain, List<Rule> there) {
      var kept = common(there, chain.rules());
      for (int i = there.size() - 1; i >= 0; i--) {
        if (!kept.contains(new Match(i, -1))) {
          rules.add("-D " + chain.chain() + " " + (i + 1));
        }
      }
      for (int i = 0; i < chain.rules().size(); i++) {
        if (!kept.contains(new Match(-1, i))) {
          rules.add("-I " + chain.chain() + " " + (i + 1) + " " + chain.rules().get(i));
        }
      }
    }

    /**
     * Edits a shared chain by the text of its rules, because others may add and remove rules at any
     * time.
     */
    private void shared(Shared chain, List<Rule> there) {
      var ours = there.stream().filter(chain.ours()).toList();
      if (ours.equals(chain.rules())) {
        return;
      }
      // The rules after a missing rule have to move behind it (before it, for HEAD), all within one
      // commit, so without a gap.
      var desired = new ArrayList<>(chain.rules());
      var present = new ArrayList<>(ours);
      if (chain.place() == Place.HEAD) {
        Collections.reverse(desired);
        Collections.reverse(present);
      }
      int right = 0;
      for (var rule : present) {
        if (right < desired.size() && rule.equals(desired.get(right))) {
          right++;
        } else {
          rules.add("-D " + chain.chain() + " " + rule);
        }
      }
      var add = chain.place() == Place.HEAD ? "-I " : "-A ";
      for (var rule : desired.subList(right, desired.size())) {
        rules.add(add + chain.chain() + " " + rule);
      }
    }

    boolean isEmpty() {
      return changes() == 0;
    }

    int changes() {
      return made.size() + rules.size();
    }

    List<String> all() {
      var all = new ArrayList<>(made);
      all.addAll(rules);
      return all;
    }
  }

  /**
   * Names one side of a pair of equal rules: the index in the present rules or in the desired ones,
   * and -1 on the other side.
   */
  private record Match(int there, int desired) {}

  /**
   * Computes the longest common subsequence. These rules are right and in the right order, so they
   * stay.
   */
  private static List<Match> common(List<Rule> there, List<Rule> desired) {
    var longest = new int[there.size() + 1][desired.size() + 1];
    for (int i = there.size() - 1; i >= 0; i--) {
      for (int j = desired.size() - 1; j >= 0; j--) {
        longest[i][j] =
            there.get(i).equals(desired.get(j))
                ? longest[i + 1][j + 1] + 1
                : Math.max(longest[i + 1][j], longest[i][j + 1]);
      }
    }
    var kept = new ArrayList<Match>();
    int i = 0;
    int j = 0;
    while (i < there.size() && j < desired.size()) {
      if (there.get(i).equals(desired.get(j))) {
        kept.add(new Match(i++, -1));
        kept.add(new Match(-1, j++));
      } else if (longest[i + 1][j] >= longest[i][j + 1]) {
        i++;
      } else {
        j++;
      }
    }
    return kept;
  }
}
