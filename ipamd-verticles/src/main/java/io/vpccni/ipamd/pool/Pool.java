package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.pool.PoolEvent.AddCancelled;
import io.vpccni.ipamd.pool.PoolEvent.AddReceived;
import io.vpccni.ipamd.pool.PoolEvent.CheckpointLoaded;
import io.vpccni.ipamd.pool.PoolEvent.CheckpointSaved;
import io.vpccni.ipamd.pool.PoolEvent.ConditionCleared;
import io.vpccni.ipamd.pool.PoolEvent.ConditionRaised;
import io.vpccni.ipamd.pool.PoolEvent.DataplaneConnected;
import io.vpccni.ipamd.pool.PoolEvent.DataplaneLost;
import io.vpccni.ipamd.pool.PoolEvent.DelReceived;
import io.vpccni.ipamd.pool.PoolEvent.Ec2Answered;
import io.vpccni.ipamd.pool.PoolEvent.EniConfigChanged;
import io.vpccni.ipamd.pool.PoolEvent.FactsKnown;
import io.vpccni.ipamd.pool.PoolEvent.HostApplied;
import io.vpccni.ipamd.pool.PoolEvent.ImdsRead;
import io.vpccni.ipamd.pool.PoolEvent.LimitsKnown;
import io.vpccni.ipamd.pool.PoolEvent.NodeChanged;
import io.vpccni.ipamd.pool.PoolEvent.PodDetachFailed;
import io.vpccni.ipamd.pool.PoolEvent.PodDetached;
import io.vpccni.ipamd.pool.PoolEvent.PodsBound;
import io.vpccni.ipamd.pool.PoolEvent.SaveFailed;
import io.vpccni.ipamd.pool.PoolEvent.SettingsChanged;
import io.vpccni.ipamd.pool.PoolEvent.TerminationStarted;
import io.vpccni.ipamd.pool.PoolEvent.Ticked;
import io.vpccni.ipamd.pool.PoolEvent.VethsDeleted;
import io.vpccni.ipamd.pool.PoolEvent.VethsListed;
import io.vpccni.ipamd.pool.PoolEvent.VethsUnknown;
import io.vpccni.ipamd.pool.PoolEvent.Woken;
import java.util.Optional;

/** What the address pool does next. Pure: no clock, no thread, no network. */
public final class Pool {
  private Pool() {}

  /** The only way from one state to the next. */
  public static Decision decide(PoolState before, PoolEvent event) {
    var turn = new Turn(before, event.at());
    Expiry.run(turn);
    switch (event) {
      case CheckpointLoaded loaded -> Restore.from(turn, loaded);
      case SettingsChanged changed -> Facts.settings(turn, changed.settings());
      case LimitsKnown known -> Facts.limits(turn, known.limits());
      case FactsKnown known -> Facts.node(turn, known.facts());
      case NodeChanged changed -> turn.node = changed.node();
      case EniConfigChanged changed -> turn.custom = changed.config();
      case PodsBound bound -> Facts.demand(turn, bound.pods());
      case TerminationStarted _ -> turn.terminating = true;
      case AddReceived asked -> Assign.add(turn, asked);
      case AddCancelled gone -> Assign.cancel(turn, gone.call());
      case DelReceived gone -> Release.del(turn, gone);
      case Ec2Answered answered -> Ec2Answers.handle(turn, answered);
      case ImdsRead read -> Hints.compare(turn, read.enis());
      case DataplaneConnected _ -> Dataplane.connected(turn);
      case DataplaneLost lost -> Dataplane.lost(turn, lost.why());
      case HostApplied applied -> Dataplane.applied(turn, applied);
      case VethsListed listed -> Veths.listed(turn, listed);
      case VethsUnknown unknown -> Veths.unknown(turn, unknown.request());
      case VethsDeleted gone -> Veths.deleted(turn, gone.names());
      case PodDetached detached -> Veths.detached(turn, detached);
      case PodDetachFailed failed -> turn.detaching = turn.detaching.minus(failed.attachment());
      case CheckpointSaved saved -> Saving.saved(turn, saved.version());
      case SaveFailed failed -> Saving.failed(turn, failed);
      case ConditionRaised raised -> Facts.condition(turn, raised.condition());
      case ConditionCleared cleared -> turn.conditions = turn.conditions.minus(cleared.key());
      case Ticked _, Woken _ -> {}
    }
    settle(turn);
    return turn.end();
  }

  /** What every event may make possible, in the order in which one helps the next. */
  private static void settle(Turn turn) {
    if (!turn.started) {
      Expiry.waiters(turn);
      wakeForWaiters(turn);
      return;
    }
    Grant.serve(turn);
    Shrink.proceed(turn);
    Expiry.waiters(turn);
    Growth.plan(turn);
    Hope.refuseHopeless(turn);
    Shrink.plan(turn);
    Audit.due(turn);
    Saving.plan(turn);
    wakeForWaiters(turn);
  }

  private static void wakeForWaiters(Turn turn) {
    firstOf(turn).map(Waiter::deadline).ifPresent(turn::wake);
    if (!turn.resting.isEmpty()) {
      turn.wake(turn.resting.first().until());
    }
    turn.backoffs.values().forEach(backoff -> turn.wake(backoff.until()));
  }

  private static Optional<Waiter> firstOf(Turn turn) {
    return turn.queue.values().stream().findFirst();
  }
}
