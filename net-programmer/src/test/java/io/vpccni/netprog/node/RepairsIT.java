package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.InNamespace;
import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.host.HostSysctls;
import io.vpccni.netprog.host.Plan;
import io.vpccni.netprog.host.Plan.Change;
import io.vpccni.netprog.host.Plan.Purpose;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.netprog.pod.LinkSysctls;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Tests repairs in the real kernel; the test controls the time. */
class RepairsIT {
  private static final Rule RULE = Rule.marked(false, 1024, 0x80, Route.MAIN);

  private static Plan plan(KernelView view) {
    var missing =
        new Change("rule", "rule 1024 is missing", RULE.add(), Optional.empty(), Purpose.NEEDED);
    return new Plan(
        view.rules().contains(RULE) ? List.of() : List.of(missing), Map.of(), List.of());
  }

  @Test
  void contentionIsToldWhenItBeginsAndWhenItIsOver() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    var wallClock = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    var nanos = new AtomicLong();
    var events = new ArrayList<Event>();
    try (var node = new TestNode();
        var socket =
            InNamespace.call(node.namespace, () -> NetlinkSocket.open(NetlinkSocket.ROUTE))) {
      var sysctls = KernelSettings.USUAL.sysctls();
      var repairs =
          new Repairs(
              new PlanExecutor(socket, new LinkSysctls(sysctls)),
              new HostSysctls(sysctls),
              new ElapsedClock(wallClock::get, nanos::get),
              events::add);
      var host = SampleState.host("02:00:00:63:53:4c", "10.0.0.4");
      for (int removals = 0; removals < 3; removals++) {
        repairs.run(host, RepairsIT::plan);
        node.onNode("rule del prio 1024");
      }
      assertThat(events).hasSize(3).allMatch(new Event.Repaired("rule", 1, false, "")::equals);

      repairs.run(host, RepairsIT::plan);
      assertThat(events.getLast())
          .isEqualTo(
              new Event.Repaired(
                  "rule", 1, true, "another program keeps undoing it: rule 1024 is missing"));

      // While the contention is young nothing is reported; a minute without a removal ends it,
      // and a wall clock that jumps by hours is no minute.
      events.clear();
      nanos.addAndGet(Duration.ofSeconds(30).toNanos());
      wallClock.updateAndGet(before -> before.plus(Duration.ofHours(5)));
      repairs.run(host, RepairsIT::plan);
      assertThat(events).isEmpty();
      nanos.addAndGet(Duration.ofSeconds(33).toNanos());
      wallClock.updateAndGet(before -> before.minus(Duration.ofHours(9)));
      repairs.run(host, RepairsIT::plan);
      assertThat(events).containsExactly(new Event.Repaired("rule", 0, false, ""));
      repairs.run(host, RepairsIT::plan);
      assertThat(events).hasSize(1);
    }
  }
}
