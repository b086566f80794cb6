package io.vpccni.netprog.node;

import io.vpccni.netprog.drift.Contest;
import io.vpccni.netprog.host.Plan.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which repairs are due, and which wait because another program keeps undoing them. Each object is
 * looked at by itself: a fight over one does not delay the others.
 */
final class Fights {
  private static final Duration USUAL_PAUSE = Duration.ofSeconds(1);

  /** Whatever stayed repaired for this long was an accident. */
  private static final Duration MEMORY = Duration.ofMinutes(1);

  private record Fight(String kind, Contest contest, Instant last, Instant next) {}

  private final Map<String, Fight> fights = new HashMap<>();

  /** Those that may be repaired now; counts them. */
  List<Change> due(List<Change> changes, Instant now) {
    fights
        .values()
        .removeIf(
            fight ->
                now.isAfter(fight.last().plus(MEMORY)) && now.isAfter(fight.next().plus(MEMORY)));
    var due = new ArrayList<Change>();
    for (var change : changes) {
      var fight =
          fights.getOrDefault(
              change.why(), new Fight(change.kind(), Contest.NONE, Instant.MIN, Instant.MIN));
      if (now.isBefore(fight.next())) {
        continue;
      }
      var contest = fight.contest().after(1);
      var next = contest.contested() ? now.plus(contest.pause(USUAL_PAUSE)) : now;
      fights.put(change.why(), new Fight(change.kind(), contest, now, next));
      due.add(change);
    }
    return due;
  }

  boolean contested(Change change) {
    var fight = fights.get(change.why());
    return fight != null && fight.contest().contested();
  }

  /** Kinds of objects that somebody else keeps undoing. */
  Set<String> contestedKinds() {
    return fights.values().stream()
        .filter(fight -> fight.contest().contested())
        .map(Fight::kind)
        .collect(Collectors.toSet());
  }

  /** A new wish is a new beginning. */
  void forget() {
    fights.clear();
  }
}
