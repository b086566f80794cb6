package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.ReleaseReply.Released;
import io.vpccni.ipamd.pool.ReleaseReply.Unknown;
import java.time.Duration;
import java.util.List;

/** A DEL arrives, or something else ends a pod's hold on its addresses. */
final class Release {
  /** Entries that came from very old versions carry these instead of their own names. */
  private static final String OLD_NETWORK = "_migrated-from-cri";

  private static final String OLD_INTERFACE = "unknown";

  private Release() {}

  static void del(Transition transition, PoolEvent.DelReceived gone) {
    overtake(transition, gone.attachment());
    promise(transition, gone.pendingVeths());
    var holding = find(transition, gone.attachment());
    if (holding == null) {
      answerAfterSave(transition, gone.call(), new Unknown());
      return;
    }
    free(transition, holding, true);
    answerAfterSave(transition, gone.call(), new Released(holding));
  }

  /** The runtime gave up on these ADDs: they must not get, or keep, an address after the DEL. */
  private static void overtake(Transition transition, Attachment attachment) {
    transition.queue.forEach(
        (place, waiter) -> {
          if (waiter.attachment().equals(attachment)) {
            transition.queue = transition.queue.minus(place);
            Answers.refuse(transition, waiter.call(), Reason.DELETED, "deleted while it waited");
          }
        });
    for (var waiting : transition.pending) {
      if (waiting instanceof Pending.Add add && add.attachment().equals(attachment)) {
        transition.pending = transition.pending.minus((Object) waiting);
        Answers.refuse(transition, add.call(), Reason.DELETED, "deleted before it was saved");
      }
    }
  }

  /** Host veths that the data plane still has to delete: written before the answer. */
  static void promise(Transition transition, List<String> veths) {
    for (var veth : veths) {
      if (!transition.pendingVeths.contains(veth)) {
        transition.pendingVeths = transition.pendingVeths.plus(veth);
        transition.touch();
      }
    }
  }

  private static void answerAfterSave(Transition transition, CallId call, ReleaseReply reply) {
    if (transition.version > transition.savedVersion) {
      transition.pending =
          transition.pending.plus(new Pending.Del(transition.version, call, reply));
    } else {
      transition.command(new PoolCommand.AnswerDel(call, reply));
    }
  }

  private static @org.jspecify.annotations.Nullable Holding find(
      Transition transition, Attachment wanted) {
    if (!wanted.complete()) {
      return null;
    }
    var holding = transition.holdings.get(wanted);
    return holding != null
        ? holding
        : transition.holdings.get(new Attachment(wanted.containerId(), OLD_INTERFACE, OLD_NETWORK));
  }

  /** Ends a holding; its addresses rest, if a pod may have used them. */
  static void free(Transition transition, Holding holding, boolean used) {
    var attachment = holding.attachment();
    transition.letGo(holding);
    transition.vethMissing = transition.vethMissing.minus(attachment);
    transition.detaching = transition.detaching.minus(attachment);
    transition.touch();
    var cooldown = used ? transition.settings.cooldown() : Duration.ZERO;
    for (var held : holding.addresses()) {
      if (transition.homeless.containsKey(held.ip())) {
        transition.homeless = transition.homeless.minus(held.ip());
        transition.clear(Condition.Name.ADDRESS_LOST, held.ip().toString());
      }
      if (cooldown.isPositive()) {
        // Also where EC2 has not told yet whose it is: it may be ours a moment later.
        rest(transition, held, cooldown);
      } else {
        transition.use(held.eni(), held.ip(), new AddressState.Rested(transition.now));
      }
    }
  }

  private static void rest(Transition transition, HeldAddress held, Duration cooldown) {
    var until = transition.now.plus(cooldown);
    transition.use(held.eni(), held.ip(), new AddressState.Cooling(until));
    transition.resting =
        transition.resting.plus(new Resting(until, held.ip(), held.eni(), held.networkCard()));
  }

  static void rest(Transition transition, EniState eni, io.vpccni.rpc.address.Ip ip) {
    rest(
        transition,
        new HeldAddress(ip, eni.card(), eni.id(), eni.facts.deviceNumber(), eni.table),
        transition.settings.cooldown());
    transition.touch();
  }
}
