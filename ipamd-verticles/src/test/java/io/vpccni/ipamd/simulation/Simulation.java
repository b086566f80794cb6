package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.pod.HostAddress;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** Runs one seed: chaos, then peace, then silence. */
final class Simulation {
  private static final Duration CHAOS = Duration.ofMinutes(30);

  /** Longer than every back-off and than the time a fragmented subnet is spared prefixes. */
  private static final Duration PEACE = Duration.ofMinutes(60);

  private static final Duration SILENCE = Duration.ofHours(1);

  private final long seed;
  private final VirtualTime time = new VirtualTime();
  private final Random chance;
  private final Mode mode;
  private final SimulatedCloud cloud;
  private final Safety safety;
  private final SimulatedNode node;
  private final SimulatedPods pods;
  final Coverage coverage = new Coverage();

  Simulation(long seed) {
    this.seed = seed;
    // Neighbouring seeds must not begin alike.
    chance = new Random(seed * 0x9E3779B97F4A7C15L);
    var modes = Mode.values();
    mode = modes[(int) Math.floorMod(seed, (long) modes.length)];
    coverage.seen(mode);
    cloud = new SimulatedCloud(time, chance, mode);
    safety = new Safety(cloud, time);
    node = new SimulatedNode(time, chance, mode, cloud, safety, coverage);
    pods = new SimulatedPods(time, chance, node, safety, coverage, mode == Mode.TWO_CARDS);
    node.pods = pods;
  }

  long seed() {
    return seed;
  }

  /** Everything that the seed has chosen, and what is the same for all seeds. */
  String parameters() {
    return "%s; %d minutes of faults, %d of peace, %d of silence"
        .formatted(node.parameters(), CHAOS.toMinutes(), PEACE.toMinutes(), SILENCE.toMinutes());
  }

  /** The last steps, one line each, without what only repeats itself. */
  void print(PrintStream out) {
    for (var step : node.recent) {
      var text =
          step.what() instanceof PoolCommand.Save(var version, var _)
              ? "Save " + version
              : String.valueOf(step.what());
      out.println(step.at() + " " + text);
    }
  }

  /** Returns the number of steps taken; throws {@link Violation}. */
  long run() {
    try {
      int most = mode.pods();
      node.start();
      pods.churn(most);
      subnetTrouble();
      time.in(Duration.ofMinutes(2), this::cordons);
      time.in(Duration.ofMinutes(1), this::wallClock);
      time.in(Duration.ofMinutes(1), this::hostAddresses);
      time.runFor(CHAOS);
      heal(most);
      time.runFor(PEACE);
      coverage.most("changes asked of EC2 by one seed", cloud.mutations);
      afterPeace();
      int calls = cloud.mutations;
      time.runFor(SILENCE);
      check(
          calls == cloud.mutations,
          (cloud.mutations - calls) + " changes asked of EC2 in an hour without any reason");
      return node.steps;
    } catch (Violation broken) {
      throw broken;
    } catch (RuntimeException bug) {
      throw new IllegalStateException("seed " + seed + " at " + time.now(), bug);
    }
  }

  private void subnetTrouble() {
    if (!node.faulty) {
      return;
    }
    switch (chance.nextInt(6)) {
      case 0 -> {
        coverage.seen(Fault.SUBNET_FULL);
        cloud.occupy(chance.nextInt(3), false);
      }
      case 1 -> {
        coverage.seen(Fault.SUBNET_FRAGMENTED);
        cloud.occupy(40, true);
      }
      case 2 -> {
        coverage.seen(Fault.SUBNET_HIDDEN);
        cloud.showBlocks(false);
      }
      default -> {
        cloud.occupy(1000, false);
        cloud.showBlocks(true);
      }
    }
    cloud.sweep();
    time.in(Duration.ofSeconds(60 + chance.nextInt(400)), this::subnetTrouble);
  }

  private void cordons() {
    if (node.faulty) {
      if (chance.nextInt(3) == 0) {
        node.cordon(Duration.ofSeconds(20 + chance.nextInt(200)));
      }
      time.in(Duration.ofSeconds(120 + chance.nextInt(600)), this::cordons);
    }
  }

  private void wallClock() {
    if (node.faulty) {
      node.setWallClock();
      time.in(Duration.ofSeconds(30 + chance.nextInt(600)), this::wallClock);
    }
  }

  /** Any address of the pool may be met, whether it is free, resting or a pod's. */
  private void hostAddresses() {
    if (!node.faulty) {
      return;
    }
    var cidrs = cloud.attached().stream().flatMap(eni -> eni.cidrs().stream()).toList();
    if (!cidrs.isEmpty()) {
      var cidr = cidrs.get(chance.nextInt(cidrs.size()));
      giveHost(cidr.address(chance.nextInt((int) Math.min(cidr.size(), 16))));
    }
    time.in(Duration.ofSeconds(60 + chance.nextInt(600)), this::hostAddresses);
  }

  private void giveHost(Ip ip) {
    // The subnet of an IPv4 node is a /23; an IPv6 node has a /80 of a /64.
    int subnet = mode == Mode.IPV6 ? 64 : 23;
    switch (chance.nextInt(8)) {
      case 0 -> {
        coverage.seen(Fault.BLOCK_ON_HOST);
        int least = mode == Mode.IPV6 ? 80 : 24;
        int most = mode == Mode.IPV6 ? 127 : 31;
        block(ip, chance.nextInt(least, most + 1));
      }
      case 1 -> {
        coverage.seen(Fault.SUBNET_ON_HOST);
        block(ip, subnet - chance.nextInt(8));
      }
      default -> {
        coverage.seen(Fault.ADDRESS_ON_HOST);
        node.links.giveHost(new HostAddress(ip.asCidr(), "eth0"));
      }
    }
  }

  private void block(Ip ip, int prefix) {
    node.links.giveHost(new HostAddress(new Cidr(ip, prefix), "lo"));
  }

  private void heal(int most) {
    node.faulty = false;
    node.uncordon();
    cloud.occupy(1000, false);
    cloud.showBlocks(true);
    cloud.sweep();
    pods.settle(most);
    if (!node.up) {
      time.runFor(Duration.ofSeconds(30));
    }
  }

  private void afterPeace() {
    check(node.up, "the node did not come back");
    check(
        pods.withoutAddress().isEmpty(),
        "pods without an address: " + pods.withoutAddress() + " of " + pods.size());
    var state = node.state;
    check(state.calls().queue().isEmpty(), "calls still wait");
    check(
        state.conditions().values().stream()
            .map(Condition::reason)
            .noneMatch(Set.of("HostAddress", "TooMany", "SubnetOnHost")::contains),
        "the host has no address of the pool any more, and a condition says so");
    check(
        state.disk().version() == state.disk().savedVersion(),
        "version " + state.disk().version() + " is not on disk");
    int believed = PoolViews.of(state).enis().stream().mapToInt(eni -> eni.cidrs().size()).sum();
    check(
        believed == cloud.cidrs(),
        "the pool believes in " + believed + " CIDRs, EC2 in " + cloud.cidrs());
    check(
        PoolViews.of(state).numbers().free() > 0 || PoolViews.of(state).numbers().total() >= 27,
        "the pool did not reach its target");
    // Of the others a file was lost: their addresses are kept for them.
    var unknown = pods.without(state.ledger().holdings().keySet());
    check(
        state.ledger().holdings().size() + unknown.size() == pods.size(),
        state.ledger().holdings().size() + " entries for " + pods.size() + " pods");
    check(
        quarantined(PoolViews.of(state)).containsAll(pods.addressesOf(unknown)),
        "pods that no entry explains, and whose addresses are not kept for them: " + unknown);
  }

  private static Set<Ip> quarantined(PoolView view) {
    return view.enis().stream()
        .flatMap(eni -> eni.cidrs().stream())
        .flatMap(cidr -> cidr.addresses().values().stream())
        .filter(address -> address.state().equals("quarantined"))
        .map(PoolView.AddressView::ip)
        .collect(Collectors.toSet());
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new Violation(otherwise + "; " + mode + " " + node.summary());
    }
  }
}
