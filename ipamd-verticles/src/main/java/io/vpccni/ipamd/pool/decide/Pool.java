package io.vpccni.ipamd.pool.decide;

import io.vpccni.ipamd.pool.ask.Dataplane;
import io.vpccni.ipamd.pool.calls.Assign;
import io.vpccni.ipamd.pool.calls.Grant;
import io.vpccni.ipamd.pool.calls.Release;
import io.vpccni.ipamd.pool.calls.Saving;
import io.vpccni.ipamd.pool.size.AddAdmission;
import io.vpccni.ipamd.pool.size.Growth;
import io.vpccni.ipamd.pool.size.Shrink;
import io.vpccni.ipamd.pool.state.Decision;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolEvent.AddCancelled;
import io.vpccni.ipamd.pool.state.PoolEvent.AddReceived;
import io.vpccni.ipamd.pool.state.PoolEvent.AddUndone;
import io.vpccni.ipamd.pool.state.PoolEvent.CheckpointLoaded;
import io.vpccni.ipamd.pool.state.PoolEvent.CheckpointSaved;
import io.vpccni.ipamd.pool.state.PoolEvent.ConditionCleared;
import io.vpccni.ipamd.pool.state.PoolEvent.ConditionRaised;
import io.vpccni.ipamd.pool.state.PoolEvent.DataplaneConnected;
import io.vpccni.ipamd.pool.state.PoolEvent.DataplaneLost;
import io.vpccni.ipamd.pool.state.PoolEvent.DelReceived;
import io.vpccni.ipamd.pool.state.PoolEvent.Ec2Answered;
import io.vpccni.ipamd.pool.state.PoolEvent.EniConfigChanged;
import io.vpccni.ipamd.pool.state.PoolEvent.FactsKnown;
import io.vpccni.ipamd.pool.state.PoolEvent.HostAddressesChanged;
import io.vpccni.ipamd.pool.state.PoolEvent.HostApplied;
import io.vpccni.ipamd.pool.state.PoolEvent.ImdsRead;
import io.vpccni.ipamd.pool.state.PoolEvent.KindChanged;
import io.vpccni.ipamd.pool.state.PoolEvent.LimitsKnown;
import io.vpccni.ipamd.pool.state.PoolEvent.NodeChanged;
import io.vpccni.ipamd.pool.state.PoolEvent.PodDetachFailed;
import io.vpccni.ipamd.pool.state.PoolEvent.PodDetached;
import io.vpccni.ipamd.pool.state.PoolEvent.PodsBound;
import io.vpccni.ipamd.pool.state.PoolEvent.SaveFailed;
import io.vpccni.ipamd.pool.state.PoolEvent.TargetsChanged;
import io.vpccni.ipamd.pool.state.PoolEvent.TerminationStarted;
import io.vpccni.ipamd.pool.state.PoolEvent.Ticked;
import io.vpccni.ipamd.pool.state.PoolEvent.VethsDeleted;
import io.vpccni.ipamd.pool.state.PoolEvent.VethsListed;
import io.vpccni.ipamd.pool.state.PoolEvent.VethsUnknown;
import io.vpccni.ipamd.pool.state.PoolEvent.Woken;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.ipamd.pool.state.Waiter;
import io.vpccni.ipamd.pool.truth.Ec2Answers;
import io.vpccni.ipamd.pool.truth.EniLinks;
import io.vpccni.ipamd.pool.truth.ImdsReconciliation;
import io.vpccni.ipamd.pool.truth.Restore;
import io.vpccni.ipamd.pool.truth.Veths;
import java.util.Optional;

/**
 * Decides what the address pool does next. It is pure: it uses no clock, no thread and no network.
 */
public final class Pool {
  private Pool() {}

  /** Returns what follows from an event. There is no other way from one state to the next. */
  public static Decision decide(PoolState before, PoolEvent event) {
    var transition = new Transition(before, event.at());
    Expiry.run(transition);
    switch (event) {
      case CheckpointLoaded loaded -> Restore.from(transition, loaded);
      case KindChanged changed -> NodeUpdates.kind(transition, changed.kind());
      case TargetsChanged changed -> NodeUpdates.targets(transition, changed.targets());
      case LimitsKnown known -> NodeUpdates.limits(transition, known.limits());
      case FactsKnown known -> NodeUpdates.node(transition, known.facts());
      case NodeChanged changed -> transition.context = transition.context.withNode(changed.node());
      case EniConfigChanged changed -> NodeUpdates.custom(transition, changed.config());
      case PodsBound bound -> NodeUpdates.demand(transition, bound.pods());
      case TerminationStarted _ -> transition.context = transition.context.terminate();
      case AddReceived asked -> Assign.add(transition, asked);
      case AddCancelled gone -> Assign.cancel(transition, gone.call());
      case DelReceived gone -> Release.del(transition, gone);
      case AddUndone undone -> Release.undo(transition, undone);
      case Ec2Answered answered -> Ec2Answers.handle(transition, answered);
      case ImdsRead read -> ImdsReconciliation.compare(transition, read.enis());
      case DataplaneConnected _ -> Dataplane.connected(transition);
      case DataplaneLost lost -> Dataplane.lost(transition, lost.why());
      case HostApplied applied -> EniLinks.applied(transition, applied);
      case VethsListed listed -> Veths.listed(transition, listed);
      case VethsUnknown unknown -> Veths.unknown(transition, unknown.request());
      case HostAddressesChanged _ ->
          transition.links = transition.links.addressesChanged(transition.now());
      case VethsDeleted gone -> Veths.deleted(transition, gone.names());
      case PodDetached detached -> Veths.detached(transition, detached);
      case PodDetachFailed failed ->
          transition.links = transition.links.endDetach(failed.attachment());
      case CheckpointSaved saved -> Saving.saved(transition, saved.version());
      case SaveFailed failed -> Saving.failed(transition, failed);
      case ConditionRaised raised -> NodeUpdates.condition(transition, raised.condition());
      case ConditionCleared cleared ->
          transition.conditions = transition.conditions.clear(cleared.key());
      case Ticked _, Woken _ -> {}
    }
    settle(transition);
    return transition.end();
  }

  /** Does what every event may make possible, in the order in which one step helps the next. */
  private static void settle(Transition transition) {
    if (!transition.context.started()) {
      Expiry.waiters(transition);
      wakeForWaiters(transition);
      return;
    }
    Grant.serve(transition);
    Shrink.proceed(transition);
    Expiry.waiters(transition);
    Growth.plan(transition);
    AddAdmission.refuseHopeless(transition);
    Shrink.plan(transition);
    Audit.due(transition);
    Saving.plan(transition);
    wakeForWaiters(transition);
  }

  private static void wakeForWaiters(Transition transition) {
    firstOf(transition).map(Waiter::deadline).ifPresent(transition::wake);
    if (!transition.ledger.resting().isEmpty()) {
      transition.wake(transition.ledger.resting().first().until());
    }
    transition.cloud.backoffs().values().forEach(backoff -> transition.wake(backoff.until()));
  }

  private static Optional<Waiter> firstOf(Transition transition) {
    return transition.calls.queue().values().stream().findFirst();
  }
}
