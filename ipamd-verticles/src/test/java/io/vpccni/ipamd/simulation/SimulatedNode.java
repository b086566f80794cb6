package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.checkpoint.CheckpointCodec;
import io.vpccni.ipamd.checkpoint.CheckpointDates.Dated;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.NodeState;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.decide.Pool;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The agent of one node: decides, performs, forgets everything but its disk when it crashes. */
final class SimulatedNode {
  private static final int MAX_PODS = 60;

  private final VirtualTime time;
  final Random chance;
  private final Mode mode;
  private final SimulatedCloud cloud;
  private final Safety safety;
  private final Coverage coverage;
  private final SimulatedEc2Calls ec2;
  final SimulatedLinks links;
  final SimulatedDisk disk;
  final SimulatedClock clock;
  Pods pods = new Pods();

  PoolSettings settings;
  PoolState state;
  boolean up;
  boolean faulty = true;
  long steps;

  /** These are the last steps, for a person who replays one seed. */
  final Deque<Step> recent = new ArrayDeque<>();

  private boolean schedulable = true;
  private int life;

  record Step(Instant at, Object what) {}

  private @Nullable Instant wake;

  /** This is what the pool's commands meet outside; replaced once the pods exist. */
  static class Pods {
    void wires(PoolCommand.StartWiring start) {}

    void answered(PoolCommand.AnswerAdd answer) {}

    void answered(PoolCommand.AnswerDel answer) {}

    List<HostVeth> links() {
      return List.of();
    }

    void started() {}
  }

  SimulatedNode(
      VirtualTime time,
      Random chance,
      Mode mode,
      SimulatedCloud cloud,
      Safety safety,
      Coverage coverage) {
    this.time = time;
    this.chance = chance;
    this.mode = mode;
    this.cloud = cloud;
    this.safety = safety;
    this.coverage = coverage;
    clock = new SimulatedClock(time, chance);
    ec2 = new SimulatedEc2Calls(time, this, cloud, safety);
    links = new SimulatedLinks(time, this, safety);
    disk = new SimulatedDisk(time, this);
    settings = mode.poolSettings(chance);
    state = PoolState.initial(settings);
  }

  void start() {
    start(false);
  }

  void start(boolean lost) {
    safety.starts(disk.content(), lost);
    up = true;
    wake = null;
    clock.processStarts();
    int me = ++life;
    if (mode == Mode.TOGGLING && chance.nextBoolean()) {
      settings =
          settings.withKind(
              settings.kind() == AddressKind.SECONDARY_IP
                  ? AddressKind.IPV4_PREFIX
                  : AddressKind.SECONDARY_IP);
    }
    state = PoolState.initial(settings);
    // Through the text, as a real process would.
    var read = CheckpointCodec.decode(CheckpointCodec.encode(disk.dated()));
    if (!read.unreadable().isEmpty() || !read.problems().isEmpty()) {
      throw new Violation("what was written cannot be read: " + read.problems());
    }
    var limits = new Limits(mode.enisPerCard(), SimulatedCloud.SLOTS, mode.cards());
    tell(new PoolEvent.LimitsKnown(limits, clock.now()));
    tellNode();
    if (mode == Mode.CUSTOM_NETWORKING) {
      var custom = new CustomNetwork(new SubnetId(cloud.subnet()), List.of());
      tell(new PoolEvent.EniConfigChanged(Optional.of(custom), clock.now()));
    }
    var durable = clock.dates().fromDates(new Dated(read.durable(), read.boot()));
    tell(new PoolEvent.CheckpointLoaded(durable, Optional.empty(), clock.now()));
    later(Duration.ofMillis(50), () -> tell(new PoolEvent.DataplaneConnected(clock.now())));
    if (up && me == life) {
      tick(me);
      pods.started();
    }
  }

  private void tick(int me) {
    time.in(
        Duration.ofSeconds(5),
        () -> {
          if (up && me == life) {
            tell(new PoolEvent.Ticked(clock.now()));
            tick(me);
          }
        });
  }

  void crash() {
    if (Crashes.creations(state) > 1) {
      coverage.seen(Coverage.CRASH_WHILE_SEVERAL);
    }
    up = false;
    life++;
    note("crash");
    coverage.seen(Fault.CRASH);
    disk.crashed();
  }

  void setWallClock() {
    coverage.seen(Fault.WALL_CLOCK_SET);
    clock.set();
  }

  /** The process that runs, or ran last: each start and each crash counts. */
  int life() {
    return life;
  }

  /** The node takes no new pods for a while. */
  void cordon(Duration length) {
    coverage.seen(Fault.CORDONED);
    schedulable = false;
    tellNode();
    time.in(length, this::uncordon);
  }

  void uncordon() {
    schedulable = true;
    tellNode();
  }

  private void tellNode() {
    tell(
        new PoolEvent.NodeChanged(
            new NodeState(schedulable, OptionalInt.of(MAX_PODS)), clock.now()));
  }

  void tell(PoolEvent event) {
    if (!up) {
      return;
    }
    steps++;
    int me = life;
    note(event);
    var decision = Pool.decide(state, event);
    state = decision.next();
    if (steps % 16 == 0) {
      safety.state(state);
    }
    for (var command : decision.commands()) {
      note(command);
      perform(command);
      if (!up || life != me) {
        return;
      }
      if (faulty && chance.nextInt(Crashes.oneIn(command, state)) == 0) {
        coverage.crashedAfter(command.getClass());
        crash();
        return;
      }
    }
  }

  void note(Object what) {
    recent.addLast(new Step(time.now(), what));
    if (recent.size() > 2000) {
      recent.removeFirst();
    }
  }

  /** Runs it in this life only. */
  void later(Duration delay, Runnable run) {
    int me = life;
    time.in(
        delay,
        () -> {
          if (up && me == life) {
            run.run();
          }
        });
  }

  boolean strikes(Fault fault, int oneIn) {
    boolean strikes = faulty && chance.nextInt(oneIn) == 0;
    if (strikes) {
      coverage.seen(fault);
    }
    return strikes;
  }

  private void perform(PoolCommand command) {
    switch (command) {
      case PoolCommand.Save(var version, var snapshot) -> disk.write(version, snapshot);
      case PoolCommand.StartWiring start -> pods.wires(start);
      case PoolCommand.AnswerAdd answer -> pods.answered(answer);
      case PoolCommand.AnswerDel answer -> pods.answered(answer);
      case PoolCommand.AskEc2(var id, var ask) -> {
        if (ask instanceof Ec2Request.CreateEni) {
          coverage.creations(Crashes.creations(state));
        }
        ec2.ask(ask, reply -> tell(new PoolEvent.Ec2Answered(id, reply, clock.now())));
      }
      case PoolCommand.ReadImds() -> {
        var then = time.now().minusSeconds(chance.nextInt(20));
        var seen = strikes(Fault.LAGGING_DESCRIBE, 8) ? cloud.attachedAt(then) : cloud.attached();
        later(Duration.ofMillis(5), () -> tell(new PoolEvent.ImdsRead(seen, clock.now())));
      }
      case PoolCommand.ListVeths(var id) -> links.list(id);
      case PoolCommand.ApplyHost(var enis) -> links.apply(enis);
      case PoolCommand.DetachPod(var holding) ->
          later(
              Duration.ofMillis(3),
              () -> tell(new PoolEvent.PodDetached(holding.attachment(), List.of(), clock.now())));
      case PoolCommand.Count _, PoolCommand.PlacePod _ -> {}
      case PoolCommand.Resync _, PoolCommand.SetCheckpointAside _ -> throw new AssertionError();
      case PoolCommand.WakeAt(var at) -> {
        wake = at;
        int me = life;
        time.in(
            Duration.between(clock.now(), at),
            () -> {
              if (up && me == life && at.equals(wake)) {
                wake = null;
                tell(new PoolEvent.Woken(clock.now()));
              }
            });
      }
    }
  }

  /** Everything that a seed has chosen for the node. */
  String parameters() {
    return "mode %s, %d cards of %d ENIs with %d slots, at most %d pods, settings %s"
        .formatted(
            mode, mode.cards(), mode.enisPerCard(), SimulatedCloud.SLOTS, MAX_PODS, settings);
  }

  Map<String, Object> summary() {
    return Map.of(
        "numbers", PoolViews.of(state).numbers(),
        "cidrs in EC2", cloud.cidrs(),
        "conditions", PoolViews.of(state).conditions());
  }
}
