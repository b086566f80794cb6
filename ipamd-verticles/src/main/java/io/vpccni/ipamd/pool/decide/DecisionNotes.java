package io.vpccni.ipamd.pool.decide;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.HistoryEntry;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.state.Decision;
import io.vpccni.ipamd.pool.state.Pending;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolEvent.AddReceived;
import io.vpccni.ipamd.pool.state.PoolState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tells in sentences what a decision is about and why it was made, so that a person can follow
 * later what the pool did. A decision that only keeps time gives none.
 */
public final class DecisionNotes {
  private static final String GIVEN = "The runtime sent ADD, and the entry is on disk.";

  private final PoolState before;
  private final PoolEvent event;
  private final PoolState next;
  private final List<HistoryEntry> notes = new ArrayList<>();

  private DecisionNotes(PoolState before, PoolEvent event, PoolState next) {
    this.before = before;
    this.event = event;
    this.next = next;
  }

  /** Returns what there is to tell, in the order in which it happened. */
  public static List<HistoryEntry> of(PoolState before, PoolEvent event, Decision decision) {
    var notes = new DecisionNotes(before, event, decision.next());
    notes.heard();
    notes.conditions();
    for (var command : decision.commands()) notes.follows(command);
    return notes.notes;
  }

  private void heard() {
    switch (event) {
      case PoolEvent.CheckpointLoaded(var durable, var unreadable, var _, var _) ->
          note(
              "The agent started with " + durable.holdings().size() + " pods of the checkpoint.",
              unreadable.map(why -> "The file was put aside: " + why).orElse(""));
      case PoolEvent.TargetsChanged(var targets, var _) -> {
        if (!targets.equals(before.context().settings().targets())) {
          note("The warm targets changed.", "They are now " + Ec2Notes.words(targets) + ".");
        }
      }
      case PoolEvent.Ec2Answered answered -> Ec2Notes.of(before, answered).ifPresent(notes::add);
      case AddReceived asked -> {
        if (next.calls().queue().values().stream().anyMatch(one -> one.call().equals(asked.call())))
          note(sentence(asked.pod(), "waits for an address."), Ec2Notes.numbers(next));
      }
      case PoolEvent.DelReceived(var _, var attachment, var _, var _) ->
          ended(attachment, "The runtime sent DEL. The cooldown is " + cooldown() + " s.");
      case PoolEvent.AddUndone(var _, var attachment, var _) ->
          ended(attachment, "An ADD failed before the pod was wired.");
      case PoolEvent.DataplaneConnected _ -> note("net-programmer is connected.", "");
      case PoolEvent.DataplaneLost(var why, var _) -> note("net-programmer is lost.", why);
      case PoolEvent.TerminationStarted _ ->
          note("The agent was asked to stop.", "Nothing grows or shrinks any more.");
      case PoolEvent.SaveFailed(var _, var why, var _) ->
          note("The checkpoint could not be written.", why);
      case PoolEvent.KindChanged _,
          PoolEvent.LimitsKnown _,
          PoolEvent.FactsKnown _,
          PoolEvent.NodeChanged _,
          PoolEvent.EniConfigChanged _,
          PoolEvent.PodsBound _,
          PoolEvent.AddCancelled _,
          PoolEvent.ImdsRead _,
          PoolEvent.VethsListed _,
          PoolEvent.VethsUnknown _,
          PoolEvent.HostAddressesChanged _,
          PoolEvent.VethsDeleted _,
          PoolEvent.HostApplied _,
          PoolEvent.PodDetached _,
          PoolEvent.PodDetachFailed _,
          PoolEvent.CheckpointSaved _,
          PoolEvent.ConditionRaised _,
          PoolEvent.ConditionCleared _,
          PoolEvent.Ticked _,
          PoolEvent.Woken _ -> {}
    }
  }

  private void follows(PoolCommand command) {
    switch (command) {
      case PoolCommand.AnswerAdd(var call, var reply, var fresh) -> answered(call, reply, fresh);
      case PoolCommand.AnswerDel(var _, var reply) -> {
        if (reply instanceof ReleaseReply.NotSaved(var why)) note("A DEL was not served.", why);
      }
      case PoolCommand.AskEc2(var _, var ask) ->
          note(Ec2Notes.words(ask), Ec2Notes.reason(next, ask));
      case PoolCommand.DetachPod(var holding) ->
          note(
              sentence(holding.pod(), "is detached."),
              "Its link is gone from the host, and the runtime never sent DEL.");
      case PoolCommand.SetCheckpointAside(var instance) ->
          note("The checkpoint is put aside.", "It is of another instance, " + instance + ".");
      case PoolCommand.Save _,
          PoolCommand.StartWiring _,
          PoolCommand.ReadImds _,
          PoolCommand.ListVeths _,
          PoolCommand.ApplyHost _,
          PoolCommand.PlacePod _,
          PoolCommand.Resync _,
          PoolCommand.Count _,
          PoolCommand.WakeAt _ -> {}
    }
  }

  private void answered(CallId call, AssignReply.Final reply, boolean fresh) {
    switch (reply) {
      case AssignReply.Granted(var holding) ->
          note(
              addresses(holding) + " given to " + named(holding.pod()) + ".",
              fresh ? GIVEN : "The pod had it already: the runtime repeated its ADD.");
      case AssignReply.Refused(var _, var message, var _) ->
          note(pod(call).map(pod -> "Pod " + pod).orElse("A pod") + " got no address.", message);
    }
  }

  private void ended(Attachment attachment, String why) {
    before
        .ledger()
        .holding(attachment)
        .ifPresent(held -> note(addresses(held) + " taken from " + named(held.pod()) + ".", why));
  }

  private void conditions() {
    if (before.conditions().equals(next.conditions())) return;
    for (var condition : next.conditions().values()) {
      var old = before.conditions().byKey().get(condition.key());
      if (old == null || !old.reason().equals(condition.reason())) {
        note("Condition " + name(condition) + " is raised.", condition.detail());
      }
    }
    for (var condition : before.conditions().values()) {
      if (!next.conditions().byKey().containsKey(condition.key())) {
        note("Condition " + name(condition) + " is over.", "");
      }
    }
  }

  private Optional<PodRef> pod(CallId call) {
    if (event instanceof AddReceived asked && asked.call().equals(call)) {
      return Optional.of(asked.pod());
    }
    for (var waiter : before.calls().queue().values()) {
      if (waiter.call().equals(call)) return Optional.of(waiter.pod());
    }
    for (var answer : before.calls().pending()) {
      if (answer instanceof Pending.Add add && add.call().equals(call)) {
        return before.ledger().holding(add.attachment()).map(Holding::pod);
      }
    }
    return Optional.empty();
  }

  private void note(String what, String why) {
    notes.add(new HistoryEntry(event.at(), what, why));
  }

  private long cooldown() {
    return before.context().settings().cooldown().toSeconds();
  }

  private static String addresses(Holding holding) {
    var all =
        holding.addresses().stream()
            .map(address -> address.ip().toString())
            .collect(Collectors.joining(", "));
    return all + (holding.addresses().size() == 1 ? " is" : " are");
  }

  private static String name(Condition condition) {
    return (condition.key().name() + " " + condition.key().subject()).strip();
  }

  private static String sentence(PodRef pod, String what) {
    return (pod.known() ? "Pod " + pod : "An unnamed pod") + " " + what;
  }

  private static String named(PodRef pod) {
    return pod.known() ? "pod " + pod : "an unnamed pod";
  }
}
