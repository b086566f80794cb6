package io.vpccni.ipamd.pool.decide;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;

import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.size.Sizing;
import io.vpccni.ipamd.pool.state.Decision;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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

/**
 * One decision of a pool with 50 ENIs of 49 addresses and 700 pods. With the flags that the agent
 * runs with, since those are what its decisions cost; sampled, so that the median says what a
 * decision costs and not what else the machine does.
 *
 * <p>The promise is 50 µs for whatever a call, a timer or an answer of EC2 brings; an answer that
 * serves {@value #CALLS} calls at once is {@value #CALLS} decisions. {@link #links}, {@link
 * #described} and {@link #givesBack} are about lists as long as the pool, each at most every 30
 * seconds: they are here to be watched.
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

  /** This is a state, and what happens then. */
  private record Case(PoolState before, PoolEvent event) {
    Decision decide() {
      return Pool.decide(before, event);
    }
  }

  private Case add;
  private Case addWithEgress;
  private Case addInPrefixes;
  private Case addThatWaits;
  private Case cancel;
  private Case del;
  private Case saved;
  private Case savedAll;
  private Case tick;
  private Case rested;
  private Case givesBack;
  private Case bound;
  private Case addressesArrive;
  private Case refuseAll;
  private Case links;
  private Case described;

  @Setup
  public void fill() {
    var targets = settings().targets(new Targets(1, 5, 10, 0));
    var node = node(targets.build(), ADDRESSES);
    var state = node.state;
    add = new Case(state, add(10_000, "new"));
    del =
        new Case(
            state,
            new PoolEvent.DelReceived(
                new CallId(10_001), Scenario.attachment("p350"), List.of("enip350"), NOW));
    tick = new Case(state, new PoolEvent.Woken(NOW));
    var soon = Set.of(new PodRef("default", "soon"), new PodRef("default", "p1"));
    bound = new Case(state, new PoolEvent.PodsBound(soon, NOW));
    var saving = add.decide().next();
    saved = new Case(saving, new PoolEvent.CheckpointSaved(saving.disk().version(), NOW));
    rested = rested(targets.targets(new Targets(1, 1750, 0, 0)).build());
    givesBack = rested(targets.targets(new Targets(1, 5, 10, 0)).build());
    listing(node);
    describing(node);
    waiting(targets.build());
    var egress = node(targets.egress(Cidr.parse("169.254.172.0/22")).build(), ADDRESSES);
    addWithEgress = new Case(egress.state, add.event);
    var prefixes = settings().kind(AddressKind.IPV4_PREFIX).targets(new Targets(1, 5, 10, 0));
    addInPrefixes = new Case(node(prefixes.build(), ADDRESSES).state, add.event);
  }

  private static Scenario node(PoolSettings settings, int addresses) {
    var node = new Scenario(settings).limits(ENIS, addresses);
    node.ec2.enis.clear();
    for (int device = 0; device < ENIS; device++) {
      node.ec2.attach(eni(device, addresses, settings.kind()));
    }
    node.starts();
    for (int pod = 0; pod < PODS; pod++) {
      node.add("p" + pod);
    }
    return node;
  }

  /** A cooldown ends; what has been too much for as long is marked to be given back. */
  private static Case rested(PoolSettings settings) {
    var node = node(settings, ADDRESSES).dels("p350");
    return new Case(node.state, new PoolEvent.Woken(node.state.ledger().resting().first().until()));
  }

  /** Every address is taken, and so many calls wait for the answer of EC2. */
  private void waiting(PoolSettings settings) {
    var full = node(settings, PODS / ENIS);
    full.holding.add(PoolCommand.AskEc2.class);
    full.limits(ENIS, ADDRESSES);
    var last = new CallId(0);
    for (int call = 0; call < CALLS; call++) {
      last = full.add("w" + call);
    }
    addThatWaits = new Case(full.state, add.event);
    cancel = new Case(full.state, new PoolEvent.AddCancelled(last, NOW));
    var deadline = full.now.plus(settings.waiting().longest());
    refuseAll = new Case(full.state, new PoolEvent.Woken(deadline));
    addressesArrive = new Case(full.state, answer(full, AssignAddresses.class));
    var served = addressesArrive.decide().next();
    savedAll = new Case(served, new PoolEvent.CheckpointSaved(served.disk().version(), NOW));
  }

  private void listing(Scenario node) {
    node.holding.add(PoolCommand.ListVeths.class);
    node.after(Duration.ofSeconds(31));
    var asked = (PoolCommand.ListVeths) node.held.getFirst();
    links =
        new Case(
            node.state,
            new PoolEvent.VethsListed(asked.request(), node.veths(), List.of(), node.now));
  }

  private void describing(Scenario node) {
    var doubtful = new Transition(node.state, node.now);
    doubtful.cloud = doubtful.cloud.doubt(node.now);
    node.state = doubtful.state();
    node.holding.add(PoolCommand.AskEc2.class);
    node.after(Duration.ofSeconds(1));
    described = new Case(node.state, answer(node, DescribeAttached.class));
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

  private static AttachedEni eni(int device, int slots, AddressKind kind) {
    var cidrs = new ArrayList<Cidr>();
    for (int i = 0; i < slots; i++) {
      long place = 65_536L + device * 64L + i;
      cidrs.add(
          kind == AddressKind.SECONDARY_IP
              ? Ip.parse("10.0.0.0").plus(place).asCidr()
              : new Cidr(Ip.parse("10.0.0.0").plus(place * Sizing.PREFIX), 28));
    }
    return FakeEc2.eni("eni-%02d".formatted(device), 0, device, cidrs);
  }

  @Benchmark
  public Decision add() {
    return add.decide();
  }

  @Benchmark
  public Decision addWithEgress() {
    return addWithEgress.decide();
  }

  @Benchmark
  public Decision addInPrefixes() {
    return addInPrefixes.decide();
  }

  @Benchmark
  public Decision addThatWaits() {
    return addThatWaits.decide();
  }

  @Benchmark
  public Decision cancel() {
    return cancel.decide();
  }

  @Benchmark
  public Decision del() {
    return del.decide();
  }

  @Benchmark
  public Decision saved() {
    return saved.decide();
  }

  @Benchmark
  public Decision savedAll() {
    return savedAll.decide();
  }

  @Benchmark
  public Decision tick() {
    return tick.decide();
  }

  @Benchmark
  public Decision rested() {
    return rested.decide();
  }

  @Benchmark
  public Decision givesBack() {
    return givesBack.decide();
  }

  @Benchmark
  public Decision bound() {
    return bound.decide();
  }

  @Benchmark
  public Decision addressesArrive() {
    return addressesArrive.decide();
  }

  @Benchmark
  public Decision refuseAll() {
    return refuseAll.decide();
  }

  @Benchmark
  public Decision links() {
    return links.decide();
  }

  @Benchmark
  public Decision described() {
    return described.decide();
  }
}
