package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** DELs, repeated until one is confirmed, as a kubelet and our spool do. */
final class SimulatedDeletions {
  private final VirtualTime time;
  private final SimulatedNode node;
  private final SimulatedWiring wiring;
  private final SimulatedVeths veths;
  private final Supplier<CallId> ids;
  private final Map<CallId, Attachment> sent = new HashMap<>();
  private final List<Attachment> unconfirmed = new ArrayList<>();

  SimulatedDeletions(
      VirtualTime time,
      SimulatedNode node,
      SimulatedWiring wiring,
      SimulatedVeths veths,
      Supplier<CallId> ids) {
    this.time = time;
    this.node = node;
    this.wiring = wiring;
    this.veths = veths;
    this.ids = ids;
  }

  /**
   * Sends the DEL of a sandbox, behind what is under way for it. Our own detach removes the link of
   * a pod that the agent knows; the network namespace takes any other one with it, a little later.
   */
  void add(Attachment attachment, String veth) {
    if (wiring.busy(attachment)) {
      time.in(Duration.ofMillis(5), () -> add(attachment, veth));
      return;
    }
    if (node.state.ledger().holding(attachment).isPresent()) {
      veths.remove(veth);
    } else {
      time.in(Duration.ofMillis(node.chance.nextInt(3000)), () -> veths.remove(veth));
    }
    unconfirmed.add(attachment);
    if (node.up) {
      send(attachment);
    }
  }

  private void send(Attachment attachment) {
    var call = ids.get();
    sent.put(call, attachment);
    node.tell(new PoolEvent.DelReceived(call, attachment, List.of(), node.clock.now()));
  }

  void answered(PoolCommand.AnswerDel answer) {
    var attachment = sent.remove(answer.call());
    if (attachment == null) {
      return;
    }
    switch (answer.reply()) {
      case ReleaseReply.Released _, ReleaseReply.Unknown _ -> unconfirmed.remove(attachment);
      case ReleaseReply.NotSaved _ ->
          time.in(
              Duration.ofSeconds(2),
              () -> {
                if (node.up && unconfirmed.contains(attachment)) {
                  send(attachment);
                }
              });
    }
  }

  /** The agent is back: what it did not answer is asked again. */
  void repeat() {
    sent.clear();
    for (var attachment : List.copyOf(unconfirmed)) {
      send(attachment);
    }
  }
}
