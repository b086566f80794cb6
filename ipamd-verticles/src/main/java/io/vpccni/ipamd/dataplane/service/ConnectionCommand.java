package io.vpccni.ipamd.dataplane.service;

import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.rpc.wire.netprog.Sync;
import java.time.Duration;

/** This is what is to be done about the connection to net-programmer. */
sealed interface ConnectionCommand {
  /** Read the whole desired state: the outcome is a DesiredRead or a DesiredUnknown. */
  record ReadDesired(int connection) implements ConnectionCommand {}

  record SendSync(int connection, Sync desired) implements ConnectionCommand {}

  /** Tell of the event after that time. */
  record After(Duration pause, ConnectionEvent event) implements ConnectionCommand {}

  /**
   * Ask whether net-programmer does its work: the outcome is an answered, unanswered or undecided
   * probe.
   *
   * @param attempt counts from 1 the probes in a row of which none was answered
   */
  record Probe(int connection, int attempt) implements ConnectionCommand {}

  /**
   * Give up all calls that wait for an answer, as after a loss of the connection. Late answers are
   * dropped.
   */
  record ForgetCalls(String why) implements ConnectionCommand {}

  /** Send the host part alone. */
  record ApplyHost() implements ConnectionCommand {}

  record Announce(DataplaneNews news) implements ConnectionCommand {}
}
