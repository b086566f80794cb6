package io.vpccni.ipamd.dataplane.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostApplied;
import io.vpccni.ipamd.dataplane.DataplaneReply.Refused;
import io.vpccni.ipamd.dataplane.DataplaneReply.Why;
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
import io.vpccni.rpc.wire.netprog.Sync;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionTest {
  private static final Sync DESIRED = Sync.getDefaultInstance();
  private static final HostApplied APPLIED = new HostApplied(Map.of(), Set.of(), "nftables");
  private static final Refused REFUSED = new Refused(Why.INVALID, "veth_prefix is empty");

  static Stream<Arguments> whatFollows() {
    return Stream.of(
        row(new Disconnected(0), new Opened(), new Reading(1, 0), new ReadDesired(1), probe(1)),
        row(
            new Disconnected(0),
            new Closed("no socket"),
            new Disconnected(0),
            new After(Connection.FIRST_CONNECTION, new NeverOpened("no socket"))),
        row(
            new Disconnected(0),
            new NeverOpened("no socket"),
            new Disconnected(0),
            new Announce(new DataplaneNews.Lost("no socket"))),
        // Whatever became of the first connection is told as it happens.
        row(new Reading(1, 0), new NeverOpened("no socket"), new Reading(1, 0)),
        row(new Disconnected(1), new NeverOpened("no socket"), new Disconnected(1)),
        row(
            new Reading(1, 0),
            new DesiredRead(1, DESIRED),
            new Syncing(1, false),
            new SendSync(1, DESIRED)),
        row(
            new Reading(1, 0),
            new DesiredUnknown(1, "no facts"),
            new Pausing(1, 1),
            new After(Connection.READ_PAUSE, new PauseEnded(1))),
        row(
            new Reading(1, Connection.FAILURES_UNTIL_TOLD - 1),
            new DesiredUnknown(1, "no facts"),
            new Pausing(1, Connection.FAILURES_UNTIL_TOLD),
            new Announce(
                new DataplaneNews.DesiredMissing(
                    "what the host should look like is not known: no facts")),
            new After(Connection.READ_PAUSE, new PauseEnded(1))),
        row(
            new Reading(1, Connection.FAILURES_UNTIL_TOLD),
            new DesiredUnknown(1, "no facts"),
            new Pausing(1, Connection.FAILURES_UNTIL_TOLD + 1),
            new After(Connection.READ_PAUSE, new PauseEnded(1))),
        row(new Pausing(1, 7), new PauseEnded(1), new Reading(1, 7), new ReadDesired(1)),
        row(
            new Syncing(1, false),
            new SyncAnswered(1, APPLIED),
            new Connected(1),
            new Announce(new DataplaneNews.Connected(APPLIED))),
        row(
            new Syncing(1, false),
            new SyncAnswered(1, REFUSED),
            new Pausing(1, 0),
            new Announce(new DataplaneNews.Lost("Sync was not carried out: veth_prefix is empty")),
            new After(Connection.SYNC_PAUSE, new PauseEnded(1))),
        row(
            new Connected(1),
            new DesiredOutdated(),
            new Reading(2, 0),
            new ForgetCalls("the whole desired state is sent again"),
            new ReadDesired(2),
            probe(2)),
        row(
            new Syncing(1, true),
            new DesiredOutdated(),
            new Reading(2, 0),
            new ForgetCalls("the whole desired state is sent again"),
            new ReadDesired(2),
            probe(2)),
        // What is being read may be older than what was dropped.
        row(
            new Reading(1, 3),
            new DesiredOutdated(),
            new Reading(2, 0),
            new ReadDesired(2),
            probe(2)),
        row(
            new Pausing(1, 3),
            new DesiredOutdated(),
            new Reading(2, 0),
            new ReadDesired(2),
            probe(2)),
        row(new Connected(1), new HostOutdated(), new Connected(1), new ApplyHost()),
        row(new Syncing(1, false), new HostOutdated(), new Syncing(1, true)),
        row(
            new Syncing(1, true),
            new SyncAnswered(1, APPLIED),
            new Connected(1),
            new Announce(new DataplaneNews.Connected(APPLIED)),
            new ApplyHost()),
        row(new Disconnected(1), new Opened(), new Reading(2, 0), new ReadDesired(2), probe(2)),
        // A connection may be replaced before its loss was told.
        row(new Connected(1), new Opened(), new Reading(2, 0), new ReadDesired(2), probe(2)));
  }

  static Stream<Arguments> whatFollowsFromProbes() {
    var silence = "net-programmer is connected and does not answer: silent";
    var forgotten = new ForgetCalls(silence);
    var told = new Announce(new DataplaneNews.Lost(silence));
    return Stream.of(
        row(new Connected(1), new ProbeDue(1), new Connected(1), new Probe(1, 1)),
        row(new Connected(1), new ProbeAnswered(1), new Connected(1), probe(1)),
        // Also before the first Sync: a stopped process accepts connections, as the kernel does it.
        row(new Syncing(1, true), new ProbeDue(1), new Syncing(1, true), new Probe(1, 1)),
        row(
            new Connected(1),
            new ProbeUnanswered(1, 2, "silent"),
            new Unresponsive(1),
            forgotten,
            told,
            probe(1)),
        // A Sync may take longer than the probes behind it wait: it is told, and not given up.
        row(
            new Syncing(1, true),
            new ProbeUnanswered(1, 2, "silent"),
            new Syncing(1, true),
            told,
            new Probe(1, 3)),
        row(
            new Syncing(1, true),
            new ProbeUnanswered(1, 3, "silent"),
            new Syncing(1, true),
            new Probe(1, 4)),
        row(
            new Pausing(1, 3),
            new ProbeUnanswered(1, 2, "silent"),
            new Unresponsive(1),
            forgotten,
            told,
            probe(1)),
        // It is told once.
        row(
            new Unresponsive(1),
            new ProbeUnanswered(1, 2, "silent"),
            new Unresponsive(1),
            probe(1)),
        row(new Unresponsive(1), new ProbeDue(1), new Unresponsive(1), new Probe(1, 1)),
        row(new Unresponsive(1), new SyncAnswered(1, APPLIED), new Unresponsive(1)),
        row(new Unresponsive(1), new HostOutdated(), new Unresponsive(1)),
        row(
            new Unresponsive(1),
            new ProbeAnswered(1),
            new Reading(2, 0),
            new ReadDesired(2),
            probe(2)),
        // The answer to the Sync before the silence is none to the one after it.
        row(new Syncing(2, false), new SyncAnswered(1, APPLIED), new Syncing(2, false)),
        // One operation of net-programmer may take longer than one probe waits.
        row(
            new Connected(1),
            new ProbeUnanswered(1, 1, "silent"),
            new Connected(1),
            new Probe(1, 2)),
        row(
            new Syncing(1, true),
            new ProbeUnanswered(1, 1, "silent"),
            new Syncing(1, true),
            new Probe(1, 2)),
        row(
            new Unresponsive(1),
            new ProbeUnanswered(1, 1, "silent"),
            new Unresponsive(1),
            probe(1)),
        // That many requests wait says nothing about whether any is carried out.
        row(new Connected(1), new ProbeUndecided(1), new Connected(1), probe(1)),
        row(new Unresponsive(1), new ProbeUndecided(1), new Unresponsive(1), probe(1)),
        row(new Connected(2), new ProbeUndecided(1), new Connected(2)),
        row(new Unresponsive(1), new Opened(), new Reading(2, 0), new ReadDesired(2), probe(2)),
        row(new Connected(2), new ProbeDue(1), new Connected(2)),
        row(new Connected(2), new ProbeUnanswered(1, 2, "silent"), new Connected(2)),
        row(new Unresponsive(2), new ProbeAnswered(1), new Unresponsive(2)),
        row(new Disconnected(1), new ProbeDue(1), new Disconnected(1)),
        row(new Disconnected(1), new ProbeUnanswered(1, 2, "silent"), new Disconnected(1)));
  }

  private static ConnectionCommand probe(int connection) {
    return new After(Connection.PROBE_PERIOD, new ProbeDue(connection));
  }

  /**
   * net-programmer allows an operation inside a pod's namespace 5 s and as much again for undoing
   * it, and one that takes so long is no silence. The upper bound is what docs/differences.md
   * promises.
   */
  @Test
  void silenceIsLongerThanAnOperationAndKnownInTime() {
    var attempts = Connection.PROBE_DEADLINE.multipliedBy(Connection.PROBE_ATTEMPTS);
    assertThat(attempts).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
    assertThat(Connection.PROBE_PERIOD.plus(attempts))
        .isEqualTo(Duration.ofSeconds(12))
        .isLessThanOrEqualTo(DataplaneEndpoints.DEADLINE);
  }

  static Stream<Arguments> whatIsOfAnOlderConnectionOrOfNone() {
    return Stream.of(
        row(new Reading(2, 0), new DesiredRead(1, DESIRED), new Reading(2, 0)),
        row(new Reading(2, 0), new DesiredUnknown(1, "late"), new Reading(2, 0)),
        row(new Syncing(2, false), new SyncAnswered(1, APPLIED), new Syncing(2, false)),
        row(new Pausing(2, 0), new PauseEnded(1), new Pausing(2, 0)),
        row(new Disconnected(1), new DesiredRead(1, DESIRED), new Disconnected(1)),
        row(new Disconnected(1), new SyncAnswered(1, APPLIED), new Disconnected(1)),
        row(new Disconnected(1), new PauseEnded(1), new Disconnected(1)),
        row(new Connected(1), new PauseEnded(1), new Connected(1)),
        // The next Sync holds the host part as it is by then.
        row(new Unresponsive(1), new DesiredOutdated(), new Unresponsive(1)),
        row(new Disconnected(1), new DesiredOutdated(), new Disconnected(1)),
        row(new Reading(1, 0), new HostOutdated(), new Reading(1, 0)),
        row(new Pausing(1, 0), new HostOutdated(), new Pausing(1, 0)));
  }

  private static Arguments row(
      ConnectionState state,
      ConnectionEvent event,
      ConnectionState next,
      ConnectionCommand... commands) {
    return Arguments.of(state, event, next, List.of(commands));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource({"whatFollows", "whatFollowsFromProbes", "whatIsOfAnOlderConnectionOrOfNone"})
  void decides(
      ConnectionState state,
      ConnectionEvent event,
      ConnectionState next,
      List<ConnectionCommand> commands) {
    assertThat(Connection.decide(state, event)).isEqualTo(new Connection.Decision(next, commands));
  }

  @Test
  void aLossIsToldInEachStateAndNothingElseIsDone() {
    for (var state :
        List.of(
            new Reading(3, 0),
            new Syncing(3, false),
            new Pausing(3, 0),
            new Unresponsive(3),
            new Connected(3))) {
      assertThat(Connection.decide(state, new Closed("end of file")))
          .isEqualTo(
              new Connection.Decision(
                  new Disconnected(3),
                  List.of(new Announce(new DataplaneNews.Lost("end of file")))));
    }
  }
}
