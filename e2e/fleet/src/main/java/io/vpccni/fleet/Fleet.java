package io.vpccni.fleet;

import io.vpccni.fleet.Scenario.NodeChange;
import io.vpccni.fleet.Scenario.Ramp;
import io.vpccni.fleet.Scenario.Roll;
import io.vpccni.fleet.Scenario.ScaleDown;
import io.vpccni.fleet.Scenario.ZoneLost;
import io.vpccni.rpc.limits.InstanceLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/** Runs a scenario from a seed. The same scenario and seed give the same result. */
final class Fleet {
  private static final Duration SAMPLE = Duration.ofMinutes(1);

  private final Scenario scenario;
  private final InstanceLimits type;
  private final VirtualClock clock = new VirtualClock();
  private final SplittableRandom chance;
  private final Account account;
  private final RequestLimits requests;
  private final Waits waits = new Waits();
  private final Deque<FleetNode> nodes = new ArrayDeque<>();
  private final List<FleetResult.Sample> samples = new ArrayList<>();
  private int launched;

  Fleet(Scenario scenario, long seed) {
    this.scenario = scenario;
    this.type =
        InstanceLimits.of(scenario.group().instanceType())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "group.instanceType: "
                            + scenario.group().instanceType()
                            + " is not a type that the agent knows"));
    this.chance = new SplittableRandom(seed);
    this.account = new Account(clock, scenario.subnets(), chance.split());
    this.requests = new RequestLimits(clock, chance.split());
  }

  FleetResult run() {
    scenario.changes().forEach(change -> clock.after(change.at(), () -> begin(change)));
    sample();
    clock.runUntil(scenario.length());
    long waiting = nodes.stream().mapToLong(node -> node.pods().waiting()).sum();
    return new FleetResult(requests.calls(), waits.summary(waiting), samples);
  }

  private void sample() {
    long held = 0;
    long used = 0;
    for (var node : nodes) {
      held += node.held();
      used += node.pods().connected();
    }
    long free = account.subnets().stream().mapToLong(SubnetSpace::free).sum();
    samples.add(
        new FleetResult.Sample(clock.elapsed(), nodes.size(), held, used, account.enis(), free));
    clock.after(SAMPLE, this::sample);
  }

  private void begin(NodeChange change) {
    switch (change) {
      case Ramp(var _, var over) -> {
        for (int i = 0; i < scenario.nodes(); i++) {
          clock.after(over.multipliedBy(i).dividedBy(scenario.nodes()), this::launch);
        }
      }
      case Roll(var _, var percent, var every) -> roll(percent, every, nodes.size());
      case ScaleDown(var _, var percent) -> {
        int ending = share(percent);
        for (int i = 0; i < ending; i++) end();
      }
      case ZoneLost(var _, var zone) -> {
        var lost = nodes.stream().filter(node -> node.zone() == zone).toList();
        lost.forEach(FleetNode::end);
        nodes.removeAll(lost);
      }
    }
  }

  private int share(int percent) {
    return Math.ceilDiv(nodes.size() * percent, 100);
  }

  /** Replaces the oldest nodes, a share of all at each step. */
  private void roll(int percent, Duration every, int left) {
    int now = Math.min(left, Math.max(1, share(percent)));
    for (int i = 0; i < now && !nodes.isEmpty(); i++) {
      end();
      launch();
    }
    if (left > now) clock.after(every, () -> roll(percent, every, left - now));
  }

  private void end() {
    if (!nodes.isEmpty()) nodes.removeFirst().end();
  }

  private void launch() {
    int zone = launched % scenario.subnets().size();
    var node =
        new FleetNode(
            new FleetNode.Place(++launched, zone),
            scenario,
            type,
            new FleetNode.Surroundings(clock, account, requests, waits),
            chance.split());
    nodes.addLast(node);
  }
}
