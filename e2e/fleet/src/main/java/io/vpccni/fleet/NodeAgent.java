package io.vpccni.fleet;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.ec2.eni.Ec2RequestHandler;
import io.vpccni.ipamd.ec2.eni.Imds;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.NodeState;
import io.vpccni.ipamd.pool.PoolNumbers;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.decide.Pool;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.retry.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs the agent of one node: the shipped decisions of the pool and the shipped work on EC2. Its
 * disk and its kernel answer within milliseconds and never fail.
 */
final class NodeAgent {
  private static final Duration TICK = Duration.ofSeconds(5);
  private static final Duration DISK = Duration.ofMillis(3);
  private static final Duration KERNEL = Duration.ofMillis(5);

  /** Kubernetes' own default, and what EKS sets for the nodes that take more. */
  private static final int MOST_PODS = 110;

  private final Scheduler later;
  private final Imds imds;
  private final Ec2RequestHandler ec2;
  private final ContainerRuntime runtime;
  private final Queue<PoolEvent> events = new ArrayDeque<>();
  private PoolState state;
  private boolean handling;
  private @Nullable Instant wake;

  /** This is the container runtime, which hears the answers and made the links. */
  interface ContainerRuntime {
    void answered(PoolCommand.AnswerAdd answer);

    List<HostVeth> links();
  }

  NodeAgent(
      Scheduler later,
      Imds imds,
      Ec2RequestHandler ec2,
      PoolSettings settings,
      ContainerRuntime runtime) {
    this.later = later;
    this.imds = imds;
    this.ec2 = ec2;
    this.runtime = runtime;
    this.state = PoolState.initial(settings);
  }

  void start(NodeFacts facts, Limits limits) {
    tell(new PoolEvent.FactsKnown(facts, later.now()));
    tell(new PoolEvent.LimitsKnown(limits, later.now()));
    tell(new PoolEvent.NodeChanged(new NodeState(true, OptionalInt.of(MOST_PODS)), later.now()));
    tell(new PoolEvent.CheckpointLoaded(Durable.NOTHING, Optional.empty(), later.now()));
    later.after(KERNEL, () -> tell(new PoolEvent.DataplaneConnected(later.now())));
    tick();
  }

  private void tick() {
    later.after(
        TICK,
        () -> {
          tell(new PoolEvent.Ticked(later.now()));
          tick();
        });
  }

  PoolNumbers numbers() {
    return PoolViews.of(state).numbers();
  }

  /** Handles events in the order of arrival, since a command may bring the next one at once. */
  void tell(PoolEvent event) {
    events.add(event);
    if (handling) return;
    handling = true;
    try {
      for (var next = events.poll(); next != null; next = events.poll()) {
        var decision = Pool.decide(state, next);
        state = decision.next();
        decision.commands().forEach(this::perform);
      }
    } finally {
      handling = false;
    }
  }

  private void perform(PoolCommand command) {
    switch (command) {
      case PoolCommand.Save(var version, var _) ->
          later.after(DISK, () -> tell(new PoolEvent.CheckpointSaved(version, later.now())));
      case PoolCommand.AnswerAdd answer -> runtime.answered(answer);
      case PoolCommand.AskEc2(var id, var ask) ->
          ask(ask)
              .onSuccess(reply -> tell(new PoolEvent.Ec2Answered(id, reply, later.now())))
              .onFailure(NodeAgent::bug);
      case PoolCommand.ReadImds() ->
          imds.attached().onSuccess(enis -> tell(new PoolEvent.ImdsRead(enis, later.now())));
      case PoolCommand.ListVeths(var id) ->
          later.after(
              KERNEL,
              () -> tell(new PoolEvent.VethsListed(id, runtime.links(), List.of(), later.now())));
      case PoolCommand.ApplyHost(var enis) -> later.after(KERNEL, () -> applied(enis));
      case PoolCommand.DetachPod(var holding) ->
          later.after(
              KERNEL,
              () -> tell(new PoolEvent.PodDetached(holding.attachment(), List.of(), later.now())));
      case PoolCommand.WakeAt(var at) -> wakeAt(at);
      case PoolCommand.AnswerDel _,
          PoolCommand.StartWiring _,
          PoolCommand.Count _,
          PoolCommand.PlacePod _,
          PoolCommand.Resync _,
          PoolCommand.SetCheckpointAside _ -> {}
    }
  }

  private static void bug(Throwable error) {
    throw new IllegalStateException("the work on EC2 failed because of a bug", error);
  }

  private Future<? extends Ec2Reply> ask(Ec2Request ask) {
    return switch (ask) {
      case Ec2Request.AssignAddresses asked -> ec2.assign(asked);
      case Ec2Request.UnassignAddresses asked -> ec2.unassign(asked);
      case Ec2Request.CreateEni asked -> ec2.create(asked);
      case Ec2Request.FreeEni asked -> ec2.free(asked);
      case Ec2Request.DescribeAttached _ -> ec2.describe();
    };
  }

  private void applied(List<AttachedEni> enis) {
    var tables = new HashMap<EniId, Integer>();
    for (var eni : enis) {
      tables.put(eni.id(), eni.primary() ? HeldAddress.MAIN_TABLE : eni.deviceNumber() + 1);
    }
    tell(new PoolEvent.HostApplied(tables, Set.of(), later.now()));
  }

  private void wakeAt(Instant at) {
    if (wake != null && !at.isBefore(wake)) return;
    wake = at;
    later.after(
        Duration.between(later.now(), at),
        () -> {
          if (at.equals(wake)) {
            wake = null;
            tell(new PoolEvent.Woken(later.now()));
          }
        });
  }
}
