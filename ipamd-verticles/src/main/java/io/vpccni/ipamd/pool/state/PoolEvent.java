package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HostAddress;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.NodeState;
import io.vpccni.ipamd.pool.Targets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An event is a fact that the pool is told. {@code Pool.decide} shows which class handles which
 * event.
 */
public sealed interface PoolEvent {
  Instant at();

  /**
   * This comes first and brings what the previous process left behind; {@code unreadable} says why
   * a file was put aside.
   */
  record CheckpointLoaded(
      Durable durable, Optional<String> unreadable, Set<Attachment> givenHere, Instant at)
      implements PoolEvent {
    public CheckpointLoaded {
      givenHere = Set.copyOf(givenHere);
    }

    /** Tells of a file that does not say which pods were given on this machine. */
    public CheckpointLoaded(Durable durable, Optional<String> unreadable, Instant at) {
      this(durable, unreadable, Set.of(), at);
    }
  }

  /**
   * The instance type takes this kind of addresses, which need not be the kind that was asked for.
   */
  record KindChanged(AddressKind kind, Instant at) implements PoolEvent {}

  /** These warm targets are in force, the node's own ones included. */
  record TargetsChanged(Targets targets, Instant at) implements PoolEvent {}

  record LimitsKnown(Limits limits, Instant at) implements PoolEvent {}

  record FactsKnown(NodeFacts facts, Instant at) implements PoolEvent {}

  record NodeChanged(NodeState node, Instant at) implements PoolEvent {}

  /** This ENIConfig is in force, or none is; it only matters with custom networking. */
  record EniConfigChanged(Optional<CustomNetwork> config, Instant at) implements PoolEvent {}

  /** These pods are bound to this node, need an address, and show none in their status yet. */
  record PodsBound(Set<PodRef> pods, Instant at) implements PoolEvent {
    public PodsBound {
      pods = Set.copyOf(pods);
    }
  }

  /**
   * The agent was asked to stop. Nothing grows or shrinks any more, but calls are still answered.
   */
  record TerminationStarted(Instant at) implements PoolEvent {}

  /**
   * @param everyCard one address on each managed card (multi-NIC) instead of one
   */
  record AddReceived(
      CallId call, Attachment attachment, PodRef pod, Wiring wiring, boolean everyCard, Instant at)
      implements PoolEvent {}

  /** The caller of an ADD went away. Calls that were answered or are unknown are ignored. */
  record AddCancelled(CallId call, Instant at) implements PoolEvent {}

  /**
   * A DEL arrived, after the data plane has removed the pod's rules and routes.
   *
   * @param pendingVeths host veths that are still to be deleted; written with the release
   */
  record DelReceived(CallId call, Attachment attachment, List<String> pendingVeths, Instant at)
      implements PoolEvent {
    public DelReceived {
      pendingVeths = List.copyOf(pendingVeths);
    }
  }

  /** An ADD failed before the kernel saw what it was given. */
  record AddUndone(CallId call, Attachment attachment, Instant at) implements PoolEvent {}

  record Ec2Answered(RequestId request, Ec2Reply reply, Instant at) implements PoolEvent {}

  /** IMDS lists these ENIs now, which is a hint only. */
  record ImdsRead(List<AttachedEni> enis, Instant at) implements PoolEvent {
    public ImdsRead {
      enis = List.copyOf(enis);
    }
  }

  /** net-programmer is connected, and the first Sync was answered. */
  record DataplaneConnected(Instant at) implements PoolEvent {}

  record DataplaneLost(String why, Instant at) implements PoolEvent {}

  /**
   * net-programmer has listed the host veths and the addresses that links of the host itself have.
   */
  record VethsListed(
      RequestId request, List<HostVeth> veths, List<HostAddress> addresses, Instant at)
      implements PoolEvent {
    public VethsListed {
      veths = List.copyOf(veths);
      addresses = List.copyOf(addresses);
    }
  }

  record VethsUnknown(RequestId request, String why, Instant at) implements PoolEvent {}

  /** Another program gave the host an address or took one away. */
  record HostAddressesChanged(Instant at) implements PoolEvent {}

  record VethsDeleted(List<String> names, Instant at) implements PoolEvent {
    public VethsDeleted {
      names = List.copyOf(names);
    }
  }

  /**
   * Host settings are in force.
   *
   * @param tables the route table in force for each ENI that was asked for and whose link is there
   * @param missing ENIs whose link is not there yet
   */
  record HostApplied(Map<EniId, Integer> tables, Set<EniId> missing, Instant at)
      implements PoolEvent {
    public HostApplied {
      tables = Map.copyOf(tables);
      missing = Set.copyOf(missing);
    }
  }

  /** The rules and routes of a pod are gone, as {@link PoolCommand.DetachPod} asked. */
  record PodDetached(Attachment attachment, List<String> pendingVeths, Instant at)
      implements PoolEvent {
    public PodDetached {
      pendingVeths = List.copyOf(pendingVeths);
    }
  }

  record PodDetachFailed(Attachment attachment, String why, Instant at) implements PoolEvent {}

  record CheckpointSaved(long version, Instant at) implements PoolEvent {}

  record SaveFailed(long version, String why, Instant at) implements PoolEvent {}

  /** Another part of the agent reports a condition. The time of the first report is kept. */
  record ConditionRaised(Condition condition, Instant at) implements PoolEvent {}

  record ConditionCleared(Condition.Key key, Instant at) implements PoolEvent {}

  /** This comes every 5 seconds, so that nothing depends on an event that was lost. */
  record Ticked(Instant at) implements PoolEvent {}

  /** The time of {@link PoolCommand.WakeAt} has come. */
  record Woken(Instant at) implements PoolEvent {}
}
