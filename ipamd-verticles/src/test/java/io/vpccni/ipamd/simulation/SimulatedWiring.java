package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * These are the ADDs whose pods are wired while their entries are being written. A crash of the
 * agent does not keep net-programmer from finishing what it was asked for.
 */
final class SimulatedWiring {
  private final VirtualTime time;
  private final SimulatedNode node;
  private final SimulatedVeths veths;
  private final Coverage coverage;
  private final SimulatedPods pods;
  private final Map<CallId, Add> adds = new HashMap<>();
  private final Set<Attachment> undone = new HashSet<>();

  /**
   * This is one such ADD, which ends when the pod is wired, or is not, and the pool has answered.
   */
  private static final class Add {
    private final SimulatedPod pod;
    private final int sandbox;
    private final Holding holding;
    private boolean ended;
    private boolean wired;
    private boolean cancelled;
    private AssignReply.@Nullable Final answer;

    Add(SimulatedPod pod, Holding holding) {
      this.pod = pod;
      this.sandbox = pod.sandbox;
      this.holding = holding;
    }
  }

  SimulatedWiring(
      VirtualTime time,
      SimulatedNode node,
      SimulatedVeths veths,
      Coverage coverage,
      SimulatedPods pods) {
    this.time = time;
    this.node = node;
    this.veths = veths;
    this.coverage = coverage;
    this.pods = pods;
  }

  void start(CallId call, SimulatedPod pod, Holding holding) {
    var add = new Add(pod, holding);
    adds.put(call, add);
    boolean fails = node.strikes(Fault.WIRING_REFUSED, 50);
    time.in(
        Duration.ofMillis(node.chance.nextInt(10)),
        () -> {
          add.ended = true;
          add.wired = !fails;
          if (add.wired) {
            veths.add(pod.veth(add.sandbox), holding);
          }
          finish(call, add);
        });
  }

  /** Takes the pool's last word; returns whether the call is one of these. */
  boolean answered(PoolCommand.AnswerAdd answer) {
    var add = adds.get(answer.call());
    if (add == null) return false;
    add.answer = answer.reply();
    finish(answer.call(), add);
    return true;
  }

  void cancel(CallId call) {
    var add = adds.get(call);
    if (add != null) add.cancelled = true;
  }

  /** Says whether a call of this attachment is under way: its DEL waits until it has ended. */
  boolean busy(Attachment attachment) {
    return node.up
        && adds.values().stream().anyMatch(add -> add.holding.attachment().equals(attachment));
  }

  /**
   * Says whether such a call of this attachment decides alone what becomes of it. The agent carries
   * out one call of an attachment after the other, so a second one would come to the pool later.
   */
  boolean decides(Attachment attachment) {
    return busy(attachment) || undone.contains(attachment);
  }

  /** The process that carried the calls out is no more; what was wired stays. */
  void forget() {
    var saved = node.disk.content().holdings();
    for (var add : adds.values()) {
      var attachment = add.holding.attachment();
      if (add.wired && saved.stream().noneMatch(one -> one.attachment().equals(attachment))) {
        coverage.seen(Fault.WIRED_UNSAVED);
      }
    }
    adds.clear();
  }

  private void finish(CallId call, Add add) {
    var answer = add.answer;
    if (!add.ended || answer == null || !adds.remove(call, add)) return;
    boolean current = !add.cancelled && add.sandbox == add.pod.sandbox && add.pod.wanted;
    switch (answer) {
      case AssignReply.Granted(var holding) -> {
        if (add.wired && current) {
          pods.runs(add.pod, holding);
        } else if (!add.wired || add.cancelled || node.chance.nextBoolean()) {
          undo(add);
        } // else the runtime hears of a success that it does not want any more: its DEL follows
      }
      case AssignReply.Refused _ -> undo(add);
    }
    if (current && !add.pod.live) pods.fail(add.pod, add.sandbox);
  }

  private void undo(Add add) {
    veths.remove(add.pod.veth(add.sandbox));
    var attachment = add.holding.attachment();
    undone.add(attachment);
    var now = node.clock.now();
    node.tell(
        add.wired
            ? new PoolEvent.DelReceived(pods.call(), attachment, List.of(), now)
            : new PoolEvent.AddUndone(pods.call(), attachment, now));
  }
}
