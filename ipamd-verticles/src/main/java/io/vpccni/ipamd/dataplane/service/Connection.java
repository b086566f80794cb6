package io.vpccni.ipamd.dataplane.service;

import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply.Failed;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostApplied;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostReply;
import io.vpccni.ipamd.dataplane.service.ConnectionCommand.After;
import io.vpccni.ipamd.dataplane.service.ConnectionCommand.Announce;
import io.vpccni.ipamd.dataplane.service.ConnectionCommand.ApplyHost;
import io.vpccni.ipamd.dataplane.service.ConnectionCommand.ForgetCalls;
import io.vpccni.ipamd.dataplane.service.ConnectionCommand.Probe;
import io.vpccni.ipamd.dataplane.service.ConnectionCommand.ReadDesired;
import io.vpccni.ipamd.dataplane.service.ConnectionCommand.SendSync;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.Closed;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.DesiredOutdated;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.DesiredRead;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.DesiredUnknown;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.HostOutdated;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.NeverOpened;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.Opened;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.PauseEnded;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.ProbeAnswered;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.ProbeDue;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.ProbeUnanswered;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.ProbeUndecided;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.SyncAnswered;
import io.vpccni.ipamd.dataplane.service.ConnectionState.Connected;
import io.vpccni.ipamd.dataplane.service.ConnectionState.Disconnected;
import io.vpccni.ipamd.dataplane.service.ConnectionState.Pausing;
import io.vpccni.ipamd.dataplane.service.ConnectionState.Reading;
import io.vpccni.ipamd.dataplane.service.ConnectionState.Syncing;
import io.vpccni.ipamd.dataplane.service.ConnectionState.Unresponsive;
import java.time.Duration;
import java.util.List;

/**
 * Decides about the life of the connection to net-programmer. Each connection begins with one Sync
 * of the whole desired state; until that is answered, nothing else may be asked. While the
 * connection lasts, probes ask whether net-programmer answers at all. It is pure.
 */
final class Connection {
  /**
   * The pool or the node's facts are looked at again after this pause; at a start they come within
   * it.
   */
  static final Duration READ_PAUSE = Duration.ofMillis(200);

  /**
   * This many failures take five seconds: at an ordinary start the facts are known by then, and
   * nobody need be told.
   */
  static final int FAILURES_UNTIL_TOLD = 25;

  /**
   * At an ordinary start the agent is there before net-programmer listens. That it cannot be
   * reached is told only if this lasts.
   */
  static final Duration FIRST_CONNECTION = Duration.ofSeconds(10);

  /** A Sync that net-programmer did not carry out is repeated after this pause. */
  static final Duration SYNC_PAUSE = Duration.ofSeconds(2);

  /** The next probe is sent this long after the outcome of the last one. */
  static final Duration PROBE_PERIOD = Duration.ofSeconds(2);

  /** net-programmer may take this long to answer a probe. */
  static final Duration PROBE_DEADLINE = Duration.ofSeconds(5);

  /**
   * After this many unanswered probes in a row net-programmer counts as silent. Their deadlines
   * cover the 5 s that it allows an operation inside a pod's namespace and the 5 s for undoing it,
   * because operations that hang must not make the node unready: the answer to each of them counts,
   * also when it is a refusal or too late for its caller. Silence is known within 12 s, which
   * includes the period.
   */
  static final int PROBE_ATTEMPTS = 2;

  private Connection() {}

  /** Holds the next state, and what is to be done in this order. */
  record Decision(ConnectionState next, List<ConnectionCommand> commands) {
    Decision {
      commands = List.copyOf(commands);
    }
  }

  static Decision decide(ConnectionState state, ConnectionEvent event) {
    return switch (event) {
      case Opened _ -> begin(state.connection() + 1);
      case Closed(var why) when isBeforeTheFirst(state) ->
          decision(state, new After(FIRST_CONNECTION, new NeverOpened(why)));
      case Closed(var why) ->
          decision(new Disconnected(state.connection()), new Announce(new DataplaneNews.Lost(why)));
      case NeverOpened(var why) when isBeforeTheFirst(state) ->
          decision(state, new Announce(new DataplaneNews.Lost(why)));
      case DesiredRead(var of, var desired)
          when state instanceof Reading(var present, var _) && of == present ->
          decision(new Syncing(of, false), new SendSync(of, desired));
      case DesiredUnknown(var of, var why)
          when state instanceof Reading(var present, var failures) && of == present ->
          unknown(of, failures + 1, why);
      case SyncAnswered(var of, var reply)
          when state instanceof Syncing(var present, var outdated) && of == present ->
          synced(of, reply, outdated);
      case PauseEnded(var of)
          when state instanceof Pausing(var present, var failures) && of == present ->
          read(of, failures);
      case ProbeDue(var of) when lives(state, of) -> decision(state, new Probe(of, 1));
      case ProbeAnswered(var of) when state instanceof Unresponsive(var present) && of == present ->
          begin(of + 1); // what was asked of it meanwhile may or may not have been done
      case ProbeAnswered(var of) when lives(state, of) -> decision(state, later(of));
      case ProbeUndecided(var of) when lives(state, of) -> decision(state, later(of));
      case ProbeUnanswered(var of, var attempt, var why) when lives(state, of) ->
          unanswered(state, attempt, why);
      case HostOutdated _ when state instanceof Connected -> decision(state, new ApplyHost());
      case HostOutdated _ when state instanceof Syncing(var of, var _) ->
          decision(new Syncing(of, true));
      case DesiredOutdated _ when state instanceof Reading || state instanceof Pausing ->
          begin(state.connection() + 1);
      case DesiredOutdated _ when state instanceof Syncing || state instanceof Connected ->
          resync(state.connection() + 1);
      // A connection was made in time, it is of an older one, or the next Sync will hold the host
      // part as it is by then.
      case NeverOpened _,
          DesiredRead _,
          DesiredUnknown _,
          SyncAnswered _,
          PauseEnded _,
          ProbeDue _,
          ProbeAnswered _,
          ProbeUndecided _,
          ProbeUnanswered _,
          HostOutdated _,
          DesiredOutdated _ ->
          decision(state);
    };
  }

  private static boolean isBeforeTheFirst(ConnectionState state) {
    return state instanceof Disconnected && state.connection() == 0;
  }

  private static Decision begin(int connection) {
    return decision(new Reading(connection, 0), new ReadDesired(connection), later(connection));
  }

  /**
   * Calls that wait are given up before the Sync can follow, as where net-programmer was silent. A
   * detach that it carries out before that Sync would be answered although the Sync, which was read
   * earlier, puts back what it removed.
   */
  private static Decision resync(int connection) {
    return decision(
        new Reading(connection, 0),
        new ForgetCalls("the whole desired state is sent again"),
        new ReadDesired(connection),
        later(connection));
  }

  private static ConnectionCommand later(int connection) {
    return new After(PROBE_PERIOD, new ProbeDue(connection));
  }

  private static boolean lives(ConnectionState state, int connection) {
    return !(state instanceof Disconnected) && state.connection() == connection;
  }

  /**
   * Handles a probe without an answer. The process is stopped, or a handler is stuck: a connection
   * alone does not wire a pod. The calls that wait are given up before a Sync can follow. Otherwise
   * one that net-programmer carries out late, such as a detach, would be answered although that
   * Sync puts back what it removed.
   */
  private static Decision unanswered(ConnectionState state, int attempt, String why) {
    int of = state.connection();
    if (state instanceof Unresponsive) return decision(state, later(of));
    var silence = "net-programmer is connected and does not answer: " + why;
    var lost = new Announce(new DataplaneNews.Lost(silence));
    var again = new Probe(of, attempt + 1);
    if (attempt < PROBE_ATTEMPTS) return decision(state, again);
    // The Sync of a full node may take longer than the probes behind it wait. To give it up and
    // send it again could go on for ever; its own deadline ends it.
    if (state instanceof Syncing) {
      return attempt == PROBE_ATTEMPTS ? decision(state, lost, again) : decision(state, again);
    }
    return decision(new Unresponsive(of), new ForgetCalls(silence), lost, later(of));
  }

  private static Decision read(int connection, int failures) {
    return decision(new Reading(connection, failures), new ReadDesired(connection));
  }

  private static Decision unknown(int connection, int failures, String why) {
    var next = new Pausing(connection, failures);
    var pause = new After(READ_PAUSE, new PauseEnded(connection));
    return failures == FAILURES_UNTIL_TOLD
        ? decision(
            next,
            new Announce(
                new DataplaneNews.DesiredMissing(
                    "what the host should look like is not known: " + why)),
            pause)
        : decision(next, pause);
  }

  private static Decision synced(int connection, HostReply reply, boolean outdated) {
    return switch (reply) {
      case HostApplied host -> {
        var next = new Connected(connection);
        var told = new Announce(new DataplaneNews.Connected(host));
        yield outdated ? decision(next, told, new ApplyHost()) : decision(next, told);
      }
      case Failed failed ->
          decision(
              new Pausing(connection, 0),
              new Announce(new DataplaneNews.Lost("Sync was not carried out: " + failed.message())),
              new After(SYNC_PAUSE, new PauseEnded(connection)));
    };
  }

  private static Decision decision(ConnectionState next, ConnectionCommand... commands) {
    return new Decision(next, List.of(commands));
  }
}
