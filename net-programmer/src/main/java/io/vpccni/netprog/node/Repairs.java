package io.vpccni.netprog.node;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.host.HostSysctls;
import io.vpccni.netprog.host.Plan;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.rpc.time.ElapsedClock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Restores what others changed, and reports it. */
final class Repairs {
  private static final Logger LOG = LoggerFactory.getLogger(Repairs.class);

  /** Tells what one comparison has repaired, by kind, and why a kind is contested. */
  private record Done(Map<String, Integer> counts, Map<String, String> contested) {}

  private final PlanExecutor executor;
  private final HostSysctls sysctls;
  private final ElapsedClock clock;
  private final Consumer<Event> events;
  private final RepairBackoff backoff = new RepairBackoff();
  private String lastFailure = "";

  /** These kinds were reported as contested; the end of it is reported too. */
  private final Set<String> contested = new TreeSet<>();

  Repairs(PlanExecutor executor, HostSysctls sysctls, ElapsedClock clock, Consumer<Event> events) {
    this.executor = executor;
    this.sysctls = sysctls;
    this.clock = clock;
    this.events = events;
  }

  /** Forgets all contention, since a new desired state is a new beginning. */
  void forget() {
    backoff.forget();
  }

  /**
   * Compares everything once and repairs it.
   *
   * @param planner computes the plan for a view of the kernel
   */
  void run(HostState host, Function<KernelView, Plan> planner) {
    try {
      var done = new Done(new TreeMap<>(), new TreeMap<>());
      var view = executor.view();
      for (int round = 0;
          round < PlanExecutor.ROUNDS && repaired(planner.apply(view), done);
          round++) {
        view = executor.view();
      }
      var primary = view.withMac(host.primary().mac());
      int written = primary.isPresent() ? sysctls.apply(host, primary.get().name()) : 0;
      if (written > 0) {
        done.counts().put("sysctl", written);
      }
      done.counts().forEach((kind, count) -> tell(kind, count, done.contested().get(kind)));
      reportEnded(done);
      lastFailure = "";
    } catch (NetlinkFailed | SystemCallFailed e) {
      complain(String.valueOf(e.getMessage()));
    }
  }

  private void reportEnded(Done done) {
    contested.addAll(done.contested().keySet());
    var over = new TreeSet<>(contested);
    over.removeAll(backoff.contestedKinds());
    over.forEach(kind -> tell(kind, 0, null));
    contested.removeAll(over);
  }

  /** Makes the changes that are due, and returns false if there were none. */
  private boolean repaired(Plan plan, Done done) throws NetlinkFailed, SystemCallFailed {
    var due = backoff.due(plan.changes(), clock.instant());
    if (due.isEmpty()) {
      return false;
    }
    var outcomes = executor.make(due);
    for (int i = 0; i < due.size(); i++) {
      var change = due.get(i);
      if (outcomes.get(i).done()) {
        done.counts().merge(change.kind(), 1, Integer::sum);
        if (backoff.contested(change)) {
          done.contested().put(change.kind(), change.why());
        }
      }
    }
    executor.demand(due, outcomes);
    return true;
  }

  private void tell(String kind, int count, @Nullable String contestedBecause) {
    events.accept(
        new Event.Repaired(
            kind,
            count,
            contestedBecause != null,
            Optional.ofNullable(contestedBecause)
                .map(why -> "another program keeps undoing it: " + why)
                .orElse("")));
  }

  private void complain(String why) {
    if (!why.equals(lastFailure)) {
      lastFailure = why;
      LOG.atWarn().addKeyValue("why", why).log("A repair failed, trying again later");
    }
  }
}
