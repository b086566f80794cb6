package io.vpccni.netprog.iptables;

import io.vpccni.netprog.iptables.ChainWish.Own;
import io.vpccni.netprog.iptables.ChainWish.Place;
import io.vpccni.netprog.iptables.ChainWish.Shared;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The lines for {@code iptables-restore --noflush} that turn what is there into what is wished.
 *
 * @param text empty if nothing is to be done
 * @param changes chains and rules added or removed
 */
public record Difference(String text, int changes) {

  /** All tables in one text; iptables-restore commits each table atomically. */
  public static Difference between(Tables present, List<TableWish> wished) {
    var text = new StringBuilder();
    int changes = 0;
    for (var wish : wished) {
      var lines = new Lines();
      lines.plan(present, wish);
      if (lines.isEmpty()) {
        continue;
      }
      text.append('*').append(wish.table()).append('\n');
      lines.all().forEach(line -> text.append(line).append('\n'));
      text.append("COMMIT\n");
      changes += lines.changes();
    }
    return new Difference(text.toString(), changes);
  }

  public boolean isEmpty() {
    return text.isEmpty();
  }

  /**
   * The lines of one table, in the order that the kernel needs: a chain before what jumps to it,
   * and after that when it goes.
   */
  private static final class Lines {
    private final List<String> made = new ArrayList<>();
    private final List<String> rules = new ArrayList<>();
    private final List<String> flushed = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();

    void plan(Tables present, TableWish wish) {
      var chains = present.chains(wish.table());
      for (var chain : wish.chains()) {
        var there = present.rules(wish.table(), chain.chain());
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
      var named = wish.chains().stream().map(ChainWish::chain).toList();
      for (var chain : chains.keySet()) {
        if (!named.contains(chain) && wish.ours().test(chain)) {
          flushed.add("-F " + chain);
          removed.add("-X " + chain);
        }
      }
    }

    /**
     * By position: only we write to this chain, so nobody moves its rules between our reading and
     * our writing.
     */
    private void own(Own wish, List<Rule> there) {
      var kept = common(there, wish.rules());
      for (int i = there.size() - 1; i >= 0; i--) {
        if (!kept.contains(new Match(i, -1))) {
          rules.add("-D " + wish.chain() + " " + (i + 1));
        }
      }
      for (int i = 0; i < wish.rules().size(); i++) {
        if (!kept.contains(new Match(-1, i))) {
          rules.add("-I " + wish.chain() + " " + (i + 1) + " " + wish.rules().get(i));
        }
      }
    }

    /** By their words: others may add and remove at any time. */
    private void shared(Shared wish, List<Rule> there) {
      var ours = there.stream().filter(wish.ours()).toList();
      if (ours.equals(wish.rules())) {
        return;
      }
      // What follows a missing rule has to move behind it (for HEAD: before it); all within one
      // commit, so without a gap.
      var wanted = new ArrayList<>(wish.rules());
      var present = new ArrayList<>(ours);
      if (wish.place() == Place.HEAD) {
        Collections.reverse(wanted);
        Collections.reverse(present);
      }
      int right = 0;
      for (var rule : present) {
        if (right < wanted.size() && rule.equals(wanted.get(right))) {
          right++;
        } else {
          rules.add("-D " + wish.chain() + " " + rule);
        }
      }
      var add = wish.place() == Place.HEAD ? "-I " : "-A ";
      for (var rule : wanted.subList(right, wanted.size())) {
        rules.add(add + wish.chain() + " " + rule);
      }
    }

    boolean isEmpty() {
      return changes() == 0;
    }

    int changes() {
      return made.size() + rules.size() + removed.size();
    }

    List<String> all() {
      var all = new ArrayList<>(made);
      all.addAll(rules);
      all.addAll(flushed);
      all.addAll(removed);
      return all;
    }
  }

  /**
   * One side of a pair that stays: the index in what is there, or in what is wished; -1 on the
   * other side.
   */
  private record Match(int there, int wished) {}

  /** The longest common subsequence: these rules are right and keep their order, so they stay. */
  private static List<Match> common(List<Rule> there, List<Rule> wished) {
    var longest = new int[there.size() + 1][wished.size() + 1];
    for (int i = there.size() - 1; i >= 0; i--) {
      for (int j = wished.size() - 1; j >= 0; j--) {
        longest[i][j] =
            there.get(i).equals(wished.get(j))
                ? longest[i + 1][j + 1] + 1
                : Math.max(longest[i + 1][j], longest[i][j + 1]);
      }
    }
    var kept = new ArrayList<Match>();
    int i = 0;
    int j = 0;
    while (i < there.size() && j < wished.size()) {
      if (there.get(i).equals(wished.get(j))) {
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
