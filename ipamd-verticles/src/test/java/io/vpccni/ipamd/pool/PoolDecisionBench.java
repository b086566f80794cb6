package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * One decision of a pool with 50 ENIs of 49 addresses and 700 pods; the promise is 50 µs. With the
 * flags that the agent runs with, since those are what its decisions cost.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"})
@SuppressWarnings("NullAway.Init") // JMH calls fill() first
public class PoolDecisionBench {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final int ENIS = 50;
  private static final int ADDRESSES = 49;
  private static final int PODS = 700;

  private PoolState state;
  private PoolState saving;
  private PoolEvent add;
  private PoolEvent del;
  private PoolEvent saved;

  @Setup
  public void fill() {
    var settings = PoolSettings.defaults().withTargets(new Targets(1, 5, 10, 0));
    var node = new Scenario(settings).limits(ENIS, ADDRESSES);
    node.ec2.enis.clear();
    for (int device = 0; device < ENIS; device++) {
      node.ec2.attach(eni(device));
    }
    node.starts();
    for (int pod = 0; pod < PODS; pod++) {
      node.add("p" + pod);
    }
    state = node.state;
    add =
        new PoolEvent.AddReceived(
            new CallId(10_000),
            Scenario.attachment("new"),
            new PodRef("default", "new"),
            Wiring.UNKNOWN,
            false,
            NOW);
    del =
        new PoolEvent.DelReceived(
            new CallId(10_001), Scenario.attachment("p350"), List.of("enip350"), NOW);
    saving = Pool.decide(state, add).next();
    saved = new PoolEvent.CheckpointSaved(saving.version(), NOW);
  }

  private static AttachedEni eni(int device) {
    var cidrs = new ArrayList<Cidr>();
    for (int i = 0; i < ADDRESSES; i++) {
      cidrs.add(Ip.parse("10.0.0.0").plus(256L + device * 64L + i).asCidr());
    }
    return new AttachedEni(
        new EniId("eni-%02d".formatted(device)),
        "02:00:00:00:00:%02x".formatted(device),
        0,
        device,
        new SubnetId("subnet-1"),
        Optional.of(Cidr.parse("10.0.0.0/16")),
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
}
