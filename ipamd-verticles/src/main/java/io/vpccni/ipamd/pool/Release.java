package io.vpccni.ipamd.pool;

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

  static void del(Turn turn, PoolEvent.DelReceived gone) {
    overtake(turn, gone.attachment());
    promise(turn, gone.pendingVeths());
    var holding = find(turn, gone.attachment());
    if (holding == null) {
      answerAfterSave(turn, gone.call(), new Unknown());
      return;
    }
    var addresses = holding.addresses().stream().map(Held::granted).toList();
    free(turn, holding, true);
    answerAfterSave(turn, gone.call(), new Released(holding, addresses));
  }

  /** The runtime gave up on these ADDs: they must not get, or keep, an address after the DEL. */
  private static void overtake(Turn turn, Attachment attachment) {
    turn.queue.forEach(
        (place, waiter) -> {
          if (waiter.attachment().equals(attachment)) {
            turn.queue = turn.queue.minus(place);
            Assign.refuse(turn, waiter.call(), Reason.DELETED, "deleted while it waited");
          }
        });
    for (var waiting : turn.pending) {
      if (waiting instanceof Pending.Add add && add.attachment().equals(attachment)) {
        turn.pending = turn.pending.minus((Object) waiting);
        Assign.refuse(turn, add.call(), Reason.DELETED, "deleted before it was saved");
      }
    }
  }

  /** Host veths that the data plane still has to delete: written before the answer. */
  static void promise(Turn turn, List<String> veths) {
    for (var veth : veths) {
      if (!turn.pendingVeths.contains(veth)) {
        turn.pendingVeths = turn.pendingVeths.plus(veth);
        turn.touch();
      }
    }
  }

  private static void answerAfterSave(Turn turn, CallId call, ReleaseReply reply) {
    if (turn.version > turn.savedVersion) {
      turn.pending = turn.pending.plus(new Pending.Del(turn.version, call, reply));
    } else {
      turn.command(new PoolCommand.AnswerDel(call, reply));
    }
  }

  private static @org.jspecify.annotations.Nullable Holding find(Turn turn, Attachment wanted) {
    if (!wanted.complete()) {
      return null;
    }
    var holding = turn.holdings.get(wanted);
    return holding != null
        ? holding
        : turn.holdings.get(new Attachment(wanted.containerId(), OLD_INTERFACE, OLD_NETWORK));
  }

  /** Ends a holding; its addresses rest, if a pod may have used them. */
  static void free(Turn turn, Holding holding, boolean used) {
    var attachment = holding.attachment();
    turn.letGo(holding);
    turn.vethMissing = turn.vethMissing.minus(attachment);
    turn.detaching = turn.detaching.minus(attachment);
    turn.touch();
    var cooldown = used ? turn.settings.cooldown() : Duration.ZERO;
    for (var held : holding.addresses()) {
      if (turn.homeless.containsKey(held.ip())) {
        turn.homeless = turn.homeless.minus(held.ip());
        turn.clear(Condition.Name.ADDRESS_LOST, held.ip().toString());
      }
      if (cooldown.isPositive()) {
        // Also where EC2 has not told yet whose it is: it may be ours a moment later.
        rest(turn, held, cooldown);
      } else {
        turn.use(held.eni(), held.ip(), new Use.Rested(turn.now));
      }
    }
  }

  private static void rest(Turn turn, Held held, Duration cooldown) {
    var until = turn.now.plus(cooldown);
    turn.use(held.eni(), held.ip(), new Use.Cooling(until));
    turn.resting = turn.resting.plus(new Resting(until, held.ip(), held.eni(), held.networkCard()));
  }

  static void rest(Turn turn, EniState eni, io.vpccni.rpc.address.Ip ip) {
    rest(
        turn,
        new Held(ip, eni.card(), eni.id(), eni.facts.deviceNumber(), eni.table),
        turn.settings.cooldown());
    turn.touch();
  }
}
