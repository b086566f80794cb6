package io.vpccni.ipamd.pool.calls;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.ReleaseReply.Released;
import io.vpccni.ipamd.pool.ReleaseReply.Unknown;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.ledger.Resting;
import io.vpccni.ipamd.pool.state.Pending;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.Transition;
import java.time.Duration;
import java.util.List;

/** Takes in a DEL, and whatever else ends a pod's hold on its addresses. */
public final class Release {
  /** Entries of very old versions carry these names instead of their own. */
  private static final String OLD_NETWORK = "_migrated-from-cri";

  private static final String OLD_INTERFACE = "unknown";

  private Release() {}

  public static void del(Transition transition, PoolEvent.DelReceived gone) {
    promise(transition, gone.pendingVeths());
    end(transition, gone.call(), gone.attachment(), true);
  }

  /** The kernel has not seen the addresses, so nobody sends to them and they need no rest. */
  public static void undo(Transition transition, PoolEvent.AddUndone undone) {
    end(transition, undone.call(), undone.attachment(), false);
  }

  private static void end(Transition transition, CallId call, Attachment attachment, boolean used) {
    overtake(transition, attachment);
    var holding = find(transition, attachment);
    if (holding == null) {
      answerAfterSave(transition, call, new Unknown());
      return;
    }
    boolean unsaved = transition.calls.unsaved().contains(attachment);
    free(transition, holding, used);
    if (unsaved) {
      // No checkpoint has it, so a full disk need not keep its address.
      transition.command(new PoolCommand.AnswerDel(call, new Released(holding)));
    } else {
      answerAfterSave(transition, call, new Released(holding));
    }
  }

  /**
   * Refuses the ADDs that the runtime gave up on. They must not get or keep an address after the
   * DEL.
   */
  private static void overtake(Transition transition, Attachment attachment) {
    transition
        .calls
        .queue()
        .forEach(
            (place, waiter) -> {
              if (waiter.attachment().equals(attachment)) {
                transition.calls = transition.calls.dequeue(place);
                Answers.refuse(
                    transition, waiter.call(), Reason.DELETED, "deleted while it waited");
              }
            });
    for (var waiting : transition.calls.pending()) {
      if (waiting instanceof Pending.Add add && add.attachment().equals(attachment)) {
        transition.calls = transition.calls.answered(waiting);
        Answers.refuse(transition, add.call(), Reason.DELETED, "deleted before it was saved");
      }
    }
  }

  /**
   * Notes host veths that the data plane still has to delete. They are written before the answer is
   * given.
   */
  public static void promise(Transition transition, List<String> veths) {
    for (var veth : veths) {
      if (!transition.links.pendingDeletions().contains(veth)) {
        transition.links = transition.links.promise(veth);
        transition.touch();
      }
    }
  }

  /** A name that is used anew is not deleted later: the data plane deletes an old link first. */
  static void keep(Transition transition, List<String> veths) {
    for (var veth : veths) {
      if (transition.links.pendingDeletions().contains(veth)) {
        transition.links = transition.links.deleted(veth);
        transition.touch();
      }
    }
  }

  private static void answerAfterSave(Transition transition, CallId call, ReleaseReply reply) {
    if (transition.disk.dirty()) {
      transition.calls =
          transition.calls.await(new Pending.Del(transition.disk.version(), call, reply));
    } else {
      transition.command(new PoolCommand.AnswerDel(call, reply));
    }
  }

  private static @org.jspecify.annotations.Nullable Holding find(
      Transition transition, Attachment wanted) {
    if (!wanted.complete()) {
      return null;
    }
    var holding = transition.ledger.holdings().get(wanted);
    return holding != null
        ? holding
        : transition
            .ledger
            .holdings()
            .get(new Attachment(wanted.containerId(), OLD_INTERFACE, OLD_NETWORK));
  }

  /** Ends a holding; its addresses rest, if a pod may have used them. */
  public static void free(Transition transition, Holding holding, boolean used) {
    var attachment = holding.attachment();
    transition.ledger = transition.ledger.letGo(holding);
    transition.calls = transition.calls.ended(attachment);
    transition.links = transition.links.present(attachment);
    transition.links = transition.links.endDetach(attachment);
    transition.touch();
    if (holding.egress().isPresent()) Egress.look(transition); // there is one to give again
    var cooldown = used ? transition.settings().cooldown() : Duration.ZERO;
    for (var held : holding.addresses()) {
      if (transition.ledger.unplaced().containsKey(held.ip())) {
        transition.ledger = transition.ledger.place(held.ip());
        transition.clear(Condition.Name.ADDRESS_LOST, held.ip().toString());
      }
      transition.clear(Condition.Name.ADDRESS_ON_HOST, held.ip().toString());
      var hostLink = transition.links.veths().flatMap(list -> list.hostLink(held.ip()));
      if (hostLink.isPresent() && transition.ledger.owner(held.ip()).isPresent()) {
        transition.ledger =
            transition.ledger.use(
                held.eni(),
                held.ip(),
                new AddressState.Quarantined(hostLink.get(), transition.now()));
      } else if (cooldown.isPositive()) {
        // Also where EC2 has not told yet whose it is: it may be ours a moment later.
        rest(transition, held, cooldown);
      } else {
        transition.ledger =
            transition.ledger.use(held.eni(), held.ip(), new AddressState.Rested(transition.now()));
      }
    }
  }

  private static void rest(Transition transition, HeldAddress held, Duration cooldown) {
    var until = transition.now().plus(cooldown);
    transition.ledger =
        transition.ledger.use(held.eni(), held.ip(), new AddressState.Cooling(until));
    transition.ledger =
        transition.ledger.rest(new Resting(until, held.ip(), held.eni(), held.networkCard()));
  }

  public static void rest(Transition transition, EniState eni, io.vpccni.rpc.address.Ip ip) {
    rest(
        transition,
        new HeldAddress(ip, eni.card(), eni.id(), eni.facts().deviceNumber(), eni.table()),
        transition.settings().cooldown());
    transition.touch();
  }
}
