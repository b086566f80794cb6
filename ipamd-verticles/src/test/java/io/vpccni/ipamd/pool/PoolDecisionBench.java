package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * One decision of a pool with 50 ENIs of 49 addresses and 700 pods. With the flags that the agent
 * runs with, since those are what its decisions cost; sampled, so that the median says what a
 * decision costs and not what else the machine does.
 *
 * <p>The promise is 50 µs for whatever a call, a timer or an answer of EC2 brings. {@link #links}
 * and {@link #described} are the two events that bring a list as long as the pool, each at most
 * every 30 seconds: they are here to be watched.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      "--sun-misc-unsafe-memory-access=allow"
    })
@SuppressWarnings("NullAway.Init") // JMH calls fill() first
public class PoolDecisionBench {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final int ENIS = 50;
  private static final int ADDRESSES = 49;
  private static final int PODS = 700;
  private static final int CALLS = 16;

  /** Microseconds. */
  private static final double PROMISE = 50;

  /** They bring a list as long as the pool, so they are not in the promise. */
  private static final Set<String> LISTS = Set.of("links", "described");

  private PoolState state;
  private PoolState saving;
  private PoolState waiting;
  private PoolState growing;
  private PoolState listing;
  private PoolState describing;
  private PoolEvent add;
  private PoolEvent del;
  private PoolEvent saved;
  private PoolEvent assigned;
  private PoolEvent listed;
  private PoolEvent described;

  /** Measures, and says in one line each how it compares with the promise; never fails for it. */
  public static void main(String[] args) throws Exception {
    System.out.printf("pool-decision: %d ENIs of %d, %d pods%n", ENIS, ADDRESSES, PODS);
    for (var result : new Runner(new CommandLineOptions(args)).run()) {
      var times = result.getPrimaryResult().getStatistics();
      var name = result.getPrimaryResult().getLabel();
      double median = times.getPercentile(50);
      System.out.printf(
          "  %-16s p50 %8.1f us   p99 %8.1f us   %s%n",
          name, median, times.getPercentile(99), verdict(name, median));
    }
    System.out.println("  target/bench/pool-decision.json");
  }

  private static String verdict(String name, double median) {
    if (LISTS.contains(name)) {
      return "a list as long as the pool";
    }
    return (median <= PROMISE ? "within" : "above") + " the promised %.0f us".formatted(PROMISE);
  }

  @Setup
  public void fill() {
    var node = node(ADDRESSES, new Targets(1, 5, 10, 0));
    state = node.state;
    add = add(10_000, "new");
    del =
        new PoolEvent.DelReceived(
            new CallId(10_001), Scenario.attachment("p350"), List.of("enip350"), NOW);
    saving = Pool.decide(state, add).next();
    saved = new PoolEvent.CheckpointSaved(saving.version(), NOW);
    listing(node);
    describing(node);
    // Every address is taken, and so many calls wait for the answer of EC2.
    var full = node(PODS / ENIS, new Targets(1, 5, 10, 0));
    full.holding.add(PoolCommand.AskEc2.class);
    full.limits(ENIS, ADDRESSES);
    for (int call = 0; call < CALLS; call++) {
      full.add("w" + call);
    }
    waiting = full.state;
    growing = waiting;
    assigned = answer(full, AssignAddresses.class);
  }

  private static Scenario node(int addresses, Targets targets) {
    var node = new Scenario(PoolSettings.defaults().withTargets(targets)).limits(ENIS, addresses);
    node.ec2.enis.clear();
    for (int device = 0; device < ENIS; device++) {
      node.ec2.attach(eni(device, addresses));
    }
    node.starts();
    for (int pod = 0; pod < PODS; pod++) {
      node.add("p" + pod);
    }
    return node;
  }

  private void listing(Scenario node) {
    node.holding.add(PoolCommand.ListVeths.class);
    node.after(Duration.ofSeconds(31));
    listing = node.state;
    var asked = (PoolCommand.ListVeths) node.held.getFirst();
    listed = new PoolEvent.VethsListed(asked.request(), node.veths(), node.now);
  }

  private void describing(Scenario node) {
    var doubtful = new Draft(node.state);
    doubtful.doubt = Optional.of(node.now);
    node.state = doubtful.state();
    node.holding.add(PoolCommand.AskEc2.class);
    node.after(Duration.ofSeconds(1));
    describing = node.state;
    described = answer(node, DescribeAttached.class);
  }

  private static PoolEvent answer(Scenario node, Class<? extends Ec2Request> to) {
    for (var command : node.held) {
      if (command instanceof PoolCommand.AskEc2(var id, var ask) && to.isInstance(ask)) {
        return new PoolEvent.Ec2Answered(id, node.ec2.answer(ask), node.now);
      }
    }
    throw new AssertionError("not asked for: " + to.getSimpleName());
  }

  private static PoolEvent add(long call, String pod) {
    return new PoolEvent.AddReceived(
        new CallId(call),
        Scenario.attachment(pod),
        new PodRef("default", pod),
        Wiring.UNKNOWN,
        false,
        NOW);
  }

  private static AttachedEni eni(int device, int addresses) {
    var cidrs = new ArrayList<Cidr>();
    for (int i = 0; i < addresses; i++) {
      cidrs.add(Ip.parse("10.0.0.0").plus(65_536L + device * 64L + i).asCidr());
    }
    return new AttachedEni(
        new EniId("eni-%02d".formatted(device)),
        "02:00:00:00:00:%02x".formatted(device),
        0,
        device,
        new SubnetId("subnet-1"),
        Optional.of(Cidr.parse("10.0.0.0/8")),
        Optional.of(Ip.parse("10.0.0.0").plus(4L + device)),
        cidrs,
        EniKind.ORDINARY,
        device == 0,
        false,
        true,
        Map.of());
  }

  @Benchmark
  public Decision add() {
    return Pool.decide(state, add);
  }

  @Benchmark
  public Decision del() {
    return Pool.decide(state, del);
  }

  @Benchmark
  public Decision saved() {
    return Pool.decide(saving, saved);
  }

  @Benchmark
  public Decision tick() {
    return Pool.decide(state, new PoolEvent.Woken(NOW));
  }

  @Benchmark
  public Decision addThatWaits() {
    return Pool.decide(waiting, add);
  }

  @Benchmark
  public Decision addressesArrive() {
    return Pool.decide(growing, assigned);
  }

  @Benchmark
  public Decision links() {
    return Pool.decide(listing, listed);
  }

  @Benchmark
  public Decision described() {
    return Pool.decide(describing, described);
  }
}
