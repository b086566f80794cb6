package io.vpccni.e2e.bench;

import io.vpccni.e2e.bench.Bench.Setup;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.sim.ec2.Eni;
import io.vpccni.sim.faults.CallLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** This benchmark counts the calls that the agent makes to EC2, at the simulated EC2. */
final class CloudBenchmarks {
  private static final int PODS = 24;
  private static final int ENIS = 3;
  private static final int PER_ENI = 9;
  private static final int ROUNDS = 5;
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final Setup setup;
  private final Node node;
  private final CallLog log;
  private final List<Samples> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private CloudBenchmarks(Setup setup) {
    this.setup = setup;
    this.node = setup.testbed().nodes().getFirst();
    this.log = setup.testbed().cloud().log();
  }

  static List<Report> calls(Setup setup) throws IOException {
    return List.of(new CloudBenchmarks(setup).calls());
  }

  private Report calls() throws IOException {
    log.clear();
    setup.testbed().startAgents();
    setup.drivers().namespaces(node, "MAKE", "calls", 0, PODS);
    try {
      call("ADD");
      Wait.until(
          node.name() + " has " + ENIS + " full ENIs",
          Duration.ofSeconds(60),
          this::full,
          node::tails);
      settle();
      count("ramp, start to %d full ENIs, %d pods".formatted(ENIS, PODS));
      for (int round = 0; round < ROUNDS; round++) {
        call("DEL");
        call("ADD");
      }
      settle();
      count("churn, %d pods replaced %d times".formatted(PODS, ROUNDS));
      Wait.pass(IDLE);
      count("idle for %d s".formatted(IDLE.toSeconds()));
      call("DEL");
      return new Report("ec2-calls", rows, notes);
    } finally {
      setup.drivers().namespaces(node, "DROP", "calls", 0, PODS);
    }
  }

  private void call(String verb) throws IOException {
    var unused = setup.drivers().call(node, verb, "calls", 0, PODS, 1);
  }

  private boolean full() {
    var enis = setup.testbed().cloud().state().enisOf(node.facts().instanceId()).toList();
    return enis.size() == ENIS
        && enis.stream().map(Eni::secondary).allMatch(all -> all.size() == PER_ENI);
  }

  /** Waits for the calls that follow an action later, such as tags and the list of leaked ENIs. */
  private void settle() throws IOException {
    Wait.pass(Duration.ofSeconds(8));
  }

  private void count(String what) {
    rows.add(Samples.single(what + ": mutating", "calls", (double) log.mutating()));
    rows.add(Samples.single(what + ": Describe", "calls", (double) (log.total() - log.mutating())));
    notes.add(what + ": " + byAction(log));
    log.clear();
  }

  /** Returns the number of calls of each action, for a reader. */
  static String byAction(CallLog log) {
    var each =
        log.counts().entrySet().stream()
            .map(
                one ->
                    one.getKey() + " " + one.getValue().values().stream().mapToLong(n -> n).sum())
            .collect(Collectors.joining(", "));
    return each.isEmpty() ? "no call" : each;
  }
}
