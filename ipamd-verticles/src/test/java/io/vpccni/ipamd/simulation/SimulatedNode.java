package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.checkpoint.CheckpointCodec;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.NodeState;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.decide.Pool;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.DurableForm;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The agent of one node: decides, performs, forgets everything but its disk when it crashes. */
final class SimulatedNode {
  private static final int MAX_PODS = 60;

  private final VirtualTime time;
  private final Random chance;
  private final Mode mode;
  private final SimulatedCloud cloud;
  private final Safety safety;
  private final Coverage coverage;
  private final Set<String> missingLinks = new HashSet<>();
  Pods pods = new Pods();

  PoolSettings settings;
  PoolState state;
  Durable disk = Durable.NOTHING;
  boolean up;
  boolean faulty = true;
  long steps;

  /** The last steps, for a person who replays one seed. */
  final Deque<Step> recent = new ArrayDeque<>();

  private boolean schedulable = true;
  private int life;

  record Step(Instant at, Object what) {}

  private @Nullable Instant wake;

  /** What the pool's commands meet outside; replaced once the pods exist. */
  static class Pods {
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
    settings = mode.wished(chance);
    state = PoolState.initial(settings);
  }

  void start() {
    start(false);
  }

  private void start(boolean lost) {
    safety.starts(disk, lost);
    up = true;
    wake = null;
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
    var read = CheckpointCodec.decode(CheckpointCodec.encode(disk));
    if (!read.unreadable().isEmpty() || !read.problems().isEmpty()) {
      throw new Violation("what was written cannot be read: " + read.problems());
    }
    int cards = mode == Mode.TWO_CARDS ? 2 : 1;
    var limits = new Limits(SimulatedCloud.ENIS_PER_CARD, SimulatedCloud.SLOTS, cards);
    tell(new PoolEvent.LimitsKnown(limits, time.now()));
    tellNode();
    if (mode == Mode.CUSTOM_NETWORKING) {
      var custom = new CustomNetwork(new SubnetId(cloud.subnet()), List.of());
      tell(new PoolEvent.EniConfigChanged(Optional.of(custom), time.now()));
    }
    tell(new PoolEvent.CheckpointLoaded(read.durable(), Optional.empty(), time.now()));
    later(Duration.ofMillis(50), () -> tell(new PoolEvent.DataplaneConnected(time.now())));
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
            tell(new PoolEvent.Ticked(time.now()));
            tick(me);
          }
        });
  }

  void crash() {
    up = false;
    life++;
    note("crash");
    coverage.seen(Fault.CRASH);
    if (strikes(Fault.CHECKPOINT_LOST, 12)) {
      forget(Durable.NOTHING);
    } else if (strikes(Fault.REFERENCE_TOOK_OVER, 12)) {
      forget(
          new Durable(
              disk.holdings().stream().map(this::asTheReference).toList(), Optional.empty()));
    } else {
      time.in(Duration.ofMillis(100 + chance.nextInt(20_000)), () -> start(false));
    }
  }

  /**
   * What rested, and what was about to be given back, is known to nobody any more: documented, and
   * why the new process only comes when EC2 is done with the old one and its lists are of today.
   */
  private void forget(Durable left) {
    time.in(
        Duration.ofSeconds(40 + chance.nextInt(20)),
        () -> {
          disk = left;
          start(true);
        });
  }

  private Holding asTheReference(Holding ours) {
    return new Holding(
        ours.attachment(),
        ours.pod(),
        Wiring.UNKNOWN,
        ours.addresses().stream()
            .map(held -> HeldAddress.unplaced(held.ip(), held.networkCard()))
            .toList(),
        Optional.empty(),
        ours.assignedAt());
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
            new NodeState(schedulable, OptionalInt.of(MAX_PODS)), time.now()));
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
      if (faulty && chance.nextInt(oneCrashIn(command)) == 0) {
        coverage.crashedAfter(command.getClass());
        crash();
        return;
      }
    }
  }

  /** Rare commands crash more often, so that each boundary is crossed in enough seeds. */
  private static int oneCrashIn(PoolCommand command) {
    return switch (command) {
      case PoolCommand.Save _, PoolCommand.AnswerAdd _, PoolCommand.AnswerDel _ -> 1200;
      case PoolCommand.WakeAt _ -> 500;
      case PoolCommand.AskEc2 _ -> 250;
      case PoolCommand.ListVeths _, PoolCommand.ReadImds _, PoolCommand.Count _ -> 150;
      case PoolCommand.PlacePod _ -> 5;
      case PoolCommand.ApplyHost _ -> 80;
      case PoolCommand.DetachPod _ -> 40;
    };
  }

  void note(Object what) {
    recent.addLast(new Step(time.now(), what));
    if (recent.size() > 2000) {
      recent.removeFirst();
    }
  }

  /** Happens in this life only. */
  private void later(Duration delay, Runnable run) {
    int me = life;
    time.in(
        delay,
        () -> {
          if (up && me == life) {
            run.run();
          }
        });
  }

  private boolean strikes(Fault fault, int oneIn) {
    boolean strikes = faulty && chance.nextInt(oneIn) == 0;
    if (strikes) {
      coverage.seen(fault);
    }
    return strikes;
  }

  private void perform(PoolCommand command) {
    switch (command) {
      case PoolCommand.Save(var version, var snapshot) -> save(version, snapshot);
      case PoolCommand.AnswerAdd answer -> pods.answered(answer);
      case PoolCommand.AnswerDel answer -> pods.answered(answer);
      case PoolCommand.AskEc2(var id, var ask) ->
          ask(ask, reply -> tell(new PoolEvent.Ec2Answered(id, reply, time.now())));
      case PoolCommand.ReadImds() -> {
        var then = time.now().minusSeconds(chance.nextInt(20));
        var seen = strikes(Fault.LAGGING_DESCRIBE, 8) ? cloud.attachedAt(then) : cloud.attached();
        later(Duration.ofMillis(5), () -> tell(new PoolEvent.ImdsRead(seen, time.now())));
      }
      case PoolCommand.ListVeths(var id) -> {
        if (strikes(Fault.VETHS_UNKNOWN, 20)) {
          later(
              Duration.ofMillis(500),
              () -> tell(new PoolEvent.VethsUnknown(id, "no answer", time.now())));
        } else {
          later(
              Duration.ofMillis(chance.nextInt(10)),
              () -> {
                var seen = pods.links();
                safety.listed();
                later(
                    Duration.ofMillis(chance.nextInt(10)),
                    () -> tell(new PoolEvent.VethsListed(id, seen, time.now())));
              });
        }
      }
      case PoolCommand.ApplyHost(var enis) -> {
        var tables = new HashMap<EniId, Integer>();
        var missing = new HashSet<EniId>();
        for (var eni : enis) {
          boolean late =
              missingLinks.contains(eni.mac())
                  ? chance.nextBoolean()
                  : strikes(Fault.LINK_LATE, 12);
          if (late && faulty) {
            missingLinks.add(eni.mac());
            missing.add(eni.id());
          } else {
            missingLinks.remove(eni.mac());
            tables.put(eni.id(), eni.primary() ? 254 : eni.deviceNumber() + 1);
          }
        }
        later(
            Duration.ofMillis(5),
            () -> tell(new PoolEvent.HostApplied(tables, missing, time.now())));
      }
      case PoolCommand.DetachPod(var holding) ->
          later(
              Duration.ofMillis(3),
              () -> tell(new PoolEvent.PodDetached(holding.attachment(), List.of(), time.now())));
      case PoolCommand.Count _, PoolCommand.PlacePod _ -> {}
      case PoolCommand.WakeAt(var at) -> {
        wake = at;
        int me = life;
        time.at(
            at,
            () -> {
              if (up && me == life && at.equals(wake)) {
                wake = null;
                tell(new PoolEvent.Woken(time.now()));
              }
            });
      }
    }
  }

  private void save(long version, PoolState snapshot) {
    var durable = DurableForm.of(snapshot);
    int me = life;
    boolean fails = strikes(Fault.DISK_FULL, 60);
    time.in(
        Duration.ofMillis(chance.nextInt(8)),
        () -> {
          // A crash meanwhile: the rename may just have happened, or not.
          boolean alive = up && me == life;
          if (!alive) {
            if (chance.nextBoolean() && life == me + 1) {
              disk = durable;
            }
          } else if (fails) {
            tell(new PoolEvent.SaveFailed(version, "no space left on device", time.now()));
          } else {
            disk = durable;
            tell(new PoolEvent.CheckpointSaved(version, time.now()));
          }
        });
  }

  private interface Answer {
    void with(Ec2Reply reply);
  }

  private void ask(Ec2Request ask, Answer answer) {
    var action = ask.getClass().getSimpleName();
    boolean describe = ask instanceof Ec2Request.DescribeAttached;
    if (strikes(Fault.THROTTLED, 15)) {
      reply(answer, cloud.failed(action, "RequestLimitExceeded", FailureKind.THROTTLED));
    } else if (strikes(Fault.UNAUTHORIZED, 60)) {
      reply(answer, cloud.failed(action, "UnauthorizedOperation", FailureKind.UNAUTHORIZED));
    } else if (strikes(Fault.REQUEST_LOST, 25)) {
      lost(answer, action);
    } else if (describe && strikes(Fault.LAGGING_DESCRIBE, 3)) {
      var seen = cloud.attachedAt(time.now().minusSeconds(chance.nextInt(25)));
      reply(answer, new Ec2Reply.Described(seen));
    } else {
      boolean lost = strikes(Fault.ANSWER_LOST, 20);
      boolean half = ask instanceof Ec2Request.CreateEni && strikes(Fault.HALF_CREATED, 10);
      // EC2 works on what it was sent even if we are gone before it answers.
      time.in(
          cloud.latency(),
          () -> {
            note("EC2 does: " + ask);
            safety.asked(ask);
            var reply = cloud.perform(ask, half);
            if (lost && !describe) {
              lost(answer, action);
            } else {
              reply(answer, reply);
            }
          });
    }
  }

  private void reply(Answer answer, Ec2Reply reply) {
    later(cloud.latency(), () -> answer.with(reply));
  }

  private void lost(Answer answer, String action) {
    later(
        Duration.ofSeconds(5 + chance.nextInt(30)),
        () -> answer.with(cloud.failed(action, "Timeout", FailureKind.OUTCOME_UNKNOWN)));
  }

  Map<String, Object> summary() {
    return Map.of(
        "numbers", PoolViews.of(state).numbers(),
        "cidrs in EC2", cloud.cidrs(),
        "conditions", PoolViews.of(state).conditions());
  }
}
