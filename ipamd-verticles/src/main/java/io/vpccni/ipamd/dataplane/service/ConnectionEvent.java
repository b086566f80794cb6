package io.vpccni.ipamd.dataplane.service;

import io.vpccni.ipamd.dataplane.DataplaneReply.HostReply;
import io.vpccni.rpc.wire.netprog.Sync;

/** This is what happens to the connection to net-programmer. */
sealed interface ConnectionEvent {
  /** A new connection was made, on which nothing has been sent. */
  record Opened() implements ConnectionEvent {}

  /** A connection was lost, or the first attempt to make one failed. */
  record Closed(String why) implements ConnectionEvent {}

  /**
   * The time in which the first connection is expected is over.
   *
   * @param why the first attempt failed
   */
  record NeverOpened(String why) implements ConnectionEvent {}

  /** The whole desired state was read. */
  record DesiredRead(int connection, Sync desired) implements ConnectionEvent {}

  /** The desired state could not be read, or the node's own addresses are not known yet. */
  record DesiredUnknown(int connection, String why) implements ConnectionEvent {}

  record SyncAnswered(int connection, HostReply reply) implements ConnectionEvent {}

  record PauseEnded(int connection) implements ConnectionEvent {}

  /** It is time to ask whether net-programmer does its work. */
  record ProbeDue(int connection) implements ConnectionEvent {}

  record ProbeAnswered(int connection) implements ConnectionEvent {}

  /**
   * A probe was refused because too many requests are waiting. That says neither that any of them
   * is being carried out nor that none is.
   */
  record ProbeUndecided(int connection) implements ConnectionEvent {}

  /**
   * A probe got no answer within {@link Connection#PROBE_DEADLINE}, and no other request was
   * answered in that time.
   *
   * @param attempt the one of the probe
   */
  record ProbeUnanswered(int connection, int attempt, String why) implements ConnectionEvent {}

  /** Pods that net-programmer was told of are not desired and never were. */
  record DesiredOutdated() implements ConnectionEvent {}

  /** What the host should look like has changed since it was last told. */
  record HostOutdated() implements ConnectionEvent {}
}
