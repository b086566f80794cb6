package io.vpccni.ipamd.pool.calls;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply.Granted;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.AssignReply.Refused;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.state.Pending;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.Totals;
import io.vpccni.ipamd.pool.state.Transition;
import java.util.Optional;

/** Answers ADDs and finds the answers that wait for the checkpoint. */
public final class Answers {
  private Answers() {}

  static void grant(Transition transition, CallId call, Holding holding, boolean fresh) {
    transition.command(new PoolCommand.AnswerAdd(call, new Granted(holding), fresh));
  }

  public static void refuse(Transition transition, CallId call, Reason reason, String why) {
    var numbers = Totals.of(transition);
    var message = why + " (" + numbers + ")";
    transition.command(
        new PoolCommand.AnswerAdd(call, new Refused(reason, message, numbers), false));
  }

  /**
   * Says whether the pod of a new holding is wired while its entry is being written. A crash then
   * leaves a link that no entry explains, which the next process finds and quarantines; another
   * plugin's links bear names that we do not know, so its pods are wired afterwards.
   */
  static boolean wiredMeanwhile(Holding holding) {
    return holding.wiring().by() == Wiring.By.PROGRAMMER;
  }

  public static Optional<Pending.Add> pendingOf(Transition transition, Attachment attachment) {
    for (var waiting : transition.calls.pending()) {
      if (waiting instanceof Pending.Add add && add.attachment().equals(attachment)) {
        return Optional.of(add);
      }
    }
    return Optional.empty();
  }
}
