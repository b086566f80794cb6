package io.vpccni.ipamd.pool.calls;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.ReleaseReply.NotSaved;
import io.vpccni.ipamd.pool.ReleaseReply.Released;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.state.Pending;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.pool.state.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * This is a group commit. At most one write is under way, what changes meanwhile goes with the next
 * one, and an answer is given when what it promises is on disk.
 */
public final class Saving {
  /** This is the pause between attempts while nobody waits for the outcome. */
  private static final Duration RETRY = Duration.ofSeconds(5);

  private static final String UNWRITABLE = "the checkpoint cannot be written: ";

  private Saving() {}

  /** Returns why no ADD can succeed although an address may be free, if so. */
  public static Optional<String> obstacle(PoolState state) {
    return state
        .conditions()
        .find(Condition.Key.of(Condition.Name.CHECKPOINT_UNWRITABLE, ""))
        .map(why -> UNWRITABLE + why.detail());
  }

  /** Decides whether to write now. */
  public static void plan(Transition transition) {
    if (!transition.context.started()
        || transition.disk.saving() != 0
        || !transition.disk.dirty()) {
      return;
    }
    if (transition.calls.pending().isEmpty() && !transition.passed(transition.clocks.saveRetry())) {
      transition.wake(transition.clocks.saveRetry());
      return;
    }
    transition.save();
  }

  public static void saved(Transition transition, long version) {
    transition.disk = transition.disk.saved(version);
    transition.calls = transition.calls.allSaved();
    transition.clear(Condition.Name.CHECKPOINT_UNWRITABLE, "");
    for (var waiting : transition.calls.pending()) {
      if (waiting.version() > version) {
        break;
      }
      transition.calls = transition.calls.firstAnswered();
      switch (waiting) {
        case Pending.Add add -> {
          var holding = transition.ledger.holdings().get(add.attachment());
          if (holding != null) {
            Answers.grant(transition, add.call(), holding, add.fresh());
          } else {
            Answers.refuse(transition, add.call(), Reason.DELETED, "deleted before it was saved");
          }
        }
        case Pending.Del del ->
            transition.command(new PoolCommand.AnswerDel(del.call(), del.reply()));
      }
    }
  }

  /** Refuses what was promised with a write that failed, and puts things back. */
  public static void failed(Transition transition, PoolEvent.SaveFailed lost) {
    transition.disk = transition.disk.failed();
    transition.clocks = transition.clocks.saveRetryAt(transition.now().plus(RETRY));
    transition.raise(Condition.Name.CHECKPOINT_UNWRITABLE, "", "WriteFailed", lost.why());
    var undone = new ArrayList<Pending.Del>();
    for (var waiting : transition.calls.pending()) {
      if (waiting.version() > lost.version()) {
        break;
      }
      transition.calls = transition.calls.firstAnswered();
      switch (waiting) {
        case Pending.Add add -> {
          Answers.refuse(transition, add.call(), Reason.NOT_SAVED, UNWRITABLE + lost.why());
          if (add.fresh()) {
            undo(transition, add.attachment());
          }
        }
        case Pending.Del del -> undone.add(del);
      }
    }
    // After the assignments: one of them may have got an address released in the same write.
    for (var del : undone) {
      if (del.reply() instanceof Released(var holding)) {
        restore(transition, holding);
      }
      transition.command(new PoolCommand.AnswerDel(del.call(), new NotSaved(lost.why())));
    }
  }

  /**
   * Ends an assignment, at once or, where the pod may be wired already, when its caller says so.
   */
  private static void undo(Transition transition, Attachment attachment) {
    var holding = transition.ledger.holdings().get(attachment);
    if (holding != null && Answers.wiredMeanwhile(holding)) {
      transition.calls = transition.calls.keepUnsaved(attachment);
    } else {
      Assign.undo(transition, attachment);
    }
  }

  /**
   * Brings the pod's entry back, so that a repeated DEL finds it, unless somebody else has the
   * address.
   */
  private static void restore(Transition transition, Holding holding) {
    boolean free =
        !transition.ledger.holdings().containsKey(holding.attachment())
            && holding.addresses().stream()
                .allMatch(held -> !(useOf(transition, held) instanceof AddressState.Assigned));
    if (!free) {
      return;
    }
    transition.ledger = transition.ledger.hold(holding);
    transition.touch();
    for (var held : holding.addresses()) {
      var owner = transition.ledger.enis().get(held.eni());
      if (owner != null && owner.blockOf(held.ip()).isPresent()) {
        transition.ledger =
            transition.ledger.use(
                held.eni(), held.ip(), new AddressState.Assigned(holding.attachment()));
      } else {
        transition.ledger = transition.ledger.unplace(held.ip(), holding.attachment());
      }
    }
  }

  private static @org.jspecify.annotations.Nullable AddressState useOf(
      Transition transition, HeldAddress held) {
    var owner = transition.ledger.enis().get(held.eni());
    return owner == null
        ? null
        : owner.blockOf(held.ip()).map(block -> block.uses().get(held.ip())).orElse(null);
  }
}
