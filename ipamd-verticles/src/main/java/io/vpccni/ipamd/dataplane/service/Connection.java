package io.vpccni.ipamd.dataplane.service;

import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply.Failed;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostApplied;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostReply;
import io.vpccni.ipamd.dataplane.service.ConnectionCommand.Announce;
import io.vpccni.ipamd.dataplane.service.ConnectionCommand.ApplyHost;
import io.vpccni.ipamd.dataplane.service.ConnectionCommand.Pause;
import io.vpccni.ipamd.dataplane.service.ConnectionCommand.ReadDesired;
import io.vpccni.ipamd.dataplane.service.ConnectionCommand.SendSync;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.Closed;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.DesiredRead;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.DesiredUnknown;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.HostOutdated;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.Opened;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.PauseEnded;
import io.vpccni.ipamd.dataplane.service.ConnectionEvent.SyncAnswered;
import io.vpccni.ipamd.dataplane.service.ConnectionState.Connected;
import io.vpccni.ipamd.dataplane.service.ConnectionState.Disconnected;
import io.vpccni.ipamd.dataplane.service.ConnectionState.Pausing;
import io.vpccni.ipamd.dataplane.service.ConnectionState.Reading;
import io.vpccni.ipamd.dataplane.service.ConnectionState.Syncing;
import java.time.Duration;
import java.util.List;

/**
 * Decides about the life of the connection to net-programmer. Each connection begins with one Sync
 * of the whole desired state; until that is answered, nothing else may be asked. It is pure.
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

  /** A Sync that net-programmer did not carry out is repeated after this pause. */
  static final Duration SYNC_PAUSE = Duration.ofSeconds(2);

  private Connection() {}

  /** Holds the next state, and what is to be done in this order. */
  record Decision(ConnectionState next, List<ConnectionCommand> commands) {
    Decision {
      commands = List.copyOf(commands);
    }
  }

  static Decision decide(ConnectionState state, ConnectionEvent event) {
    return switch (event) {
      case Opened _ -> read(state.connection() + 1, 0);
      case Closed(var why) ->
          decision(new Disconnected(state.connection()), new Announce(new DataplaneNews.Lost(why)));
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
      case HostOutdated _ when state instanceof Connected -> decision(state, new ApplyHost());
      case HostOutdated _ when state instanceof Syncing(var of, var _) ->
          decision(new Syncing(of, true));
      // It is of an older connection, or the next Sync will hold the host part as it is by then.
      case DesiredRead _, DesiredUnknown _, SyncAnswered _, PauseEnded _, HostOutdated _ ->
          decision(state);
    };
  }

  private static Decision read(int connection, int failures) {
    return decision(new Reading(connection, failures), new ReadDesired(connection));
  }

  private static Decision unknown(int connection, int failures, String why) {
    var next = new Pausing(connection, failures);
    var pause = new Pause(connection, READ_PAUSE);
    return failures == FAILURES_UNTIL_TOLD
        ? decision(
            next,
            new Announce(
                new DataplaneNews.Lost("what the host should look like is not known: " + why)),
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
              new Pause(connection, SYNC_PAUSE));
    };
  }

  private static Decision decision(ConnectionState next, ConnectionCommand... commands) {
    return new Decision(next, List.of(commands));
  }
}
