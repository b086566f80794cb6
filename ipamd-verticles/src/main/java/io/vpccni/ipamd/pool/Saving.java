package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.ReleaseReply.NotSaved;
import io.vpccni.ipamd.pool.ReleaseReply.Released;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Group commit: at most one write is under way; what changes meanwhile goes with the next one, and
 * answers are given when what they promise is on disk.
 */
final class Saving {
  /** Between attempts where nobody waits for the outcome. */
  private static final Duration RETRY = Duration.ofSeconds(5);

  private static final String UNWRITABLE = "the checkpoint cannot be written: ";

  private Saving() {}

  /** Why nothing can be given although it may be there, if so. */
  static Optional<String> obstacle(PoolState state) {
    var failed = state.conditions().get(Condition.Key.of(Condition.Name.CHECKPOINT_UNWRITABLE, ""));
    return Optional.ofNullable(failed).map(why -> UNWRITABLE + why.detail());
  }

  /** Decides whether to write now. */
  static void plan(Turn turn) {
    if (!turn.started || turn.saving != 0 || turn.version == turn.savedVersion) {
      return;
    }
    if (turn.pending.isEmpty() && !turn.passed(turn.clocks.saveRetry())) {
      turn.wake(turn.clocks.saveRetry());
      return;
    }
    turn.save();
  }

  static void saved(Turn turn, long version) {
    turn.saving = 0;
    turn.savedVersion = Math.max(turn.savedVersion, version);
    turn.clear(Condition.Name.CHECKPOINT_UNWRITABLE, "");
    for (var waiting : turn.pending) {
      if (waiting.version() > version) {
        break;
      }
      turn.pending = turn.pending.minus(0);
      switch (waiting) {
        case Pending.Add add -> {
          var holding = turn.holdings.get(add.attachment());
          if (holding != null) {
            Assign.grant(turn, add.call(), holding);
          } else {
            Assign.refuse(turn, add.call(), Reason.DELETED, "deleted before it was saved");
          }
        }
        case Pending.Del del -> turn.command(new PoolCommand.AnswerDel(del.call(), del.reply()));
      }
    }
  }

  /** Nothing that was promised with this write holds: refuse, and put things back. */
  static void failed(Turn turn, PoolEvent.SaveFailed lost) {
    turn.saving = 0;
    turn.clocks = turn.clocks.saveRetryAt(turn.now.plus(RETRY));
    turn.raise(Condition.Name.CHECKPOINT_UNWRITABLE, "", "WriteFailed", lost.why());
    var undone = new ArrayList<Pending.Del>();
    for (var waiting : turn.pending) {
      if (waiting.version() > lost.version()) {
        break;
      }
      turn.pending = turn.pending.minus(0);
      switch (waiting) {
        case Pending.Add add -> {
          Assign.refuse(turn, add.call(), Reason.NOT_SAVED, UNWRITABLE + lost.why());
          if (add.fresh()) {
            Assign.undo(turn, add.attachment());
          }
        }
        case Pending.Del del -> undone.add(del);
      }
    }
    // After the assignments: one of them may have got an address released in the same write.
    for (var del : undone) {
      if (del.reply() instanceof Released(var holding, var _)) {
        restore(turn, holding);
      }
      turn.command(new PoolCommand.AnswerDel(del.call(), new NotSaved(lost.why())));
    }
  }

  /**
   * The pod's entry comes back, so that a repeated DEL finds it; unless somebody has the address.
   */
  private static void restore(Turn turn, Holding holding) {
    boolean free =
        !turn.holdings.containsKey(holding.attachment())
            && holding.addresses().stream()
                .allMatch(held -> !(useOf(turn, held) instanceof Use.Assigned));
    if (!free) {
      return;
    }
    turn.hold(holding);
    turn.touch();
    for (var held : holding.addresses()) {
      var owner = turn.enis.get(held.eni());
      if (owner != null && owner.blockOf(held.ip()).isPresent()) {
        turn.use(held.eni(), held.ip(), new Use.Assigned(holding.attachment()));
      } else {
        turn.homeless = turn.homeless.plus(held.ip(), holding.attachment());
      }
    }
  }

  private static @org.jspecify.annotations.Nullable Use useOf(Turn turn, Held held) {
    var owner = turn.enis.get(held.eni());
    return owner == null
        ? null
        : owner.blockOf(held.ip()).map(block -> block.uses.get(held.ip())).orElse(null);
  }
}
