package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.NodeState;
import io.vpccni.ipamd.pool.PoolSettings;
import java.util.Collection;
import java.util.Optional;
import org.pcollections.HashTreePSet;
import org.pcollections.PSet;

/**
 * This part knows what the pool is told of its settings, of the instance and of the node, and
 * whether the agent is starting or stopping.
 *
 * @param settings what the operator wants, as far as this instance can have it
 * @param limits what the instance type allows; absent while it is unknown
 * @param facts what IMDS says of the instance; absent while it is unknown
 * @param custom the ENIConfig in force; absent without custom networking, or while there is none
 * @param demand pods bound to this node that have no address yet
 * @param started the checkpoint was read: before that, calls wait
 * @param terminating the agent was asked to stop: nothing grows or shrinks any more
 * @param inherited what the checkpoint brought, until IMDS says that it is of this instance
 */
public record NodeContext(
    PoolSettings settings,
    Optional<Limits> limits,
    Optional<NodeFacts> facts,
    NodeState node,
    Optional<CustomNetwork> custom,
    PSet<PodRef> demand,
    boolean started,
    boolean terminating,
    Inheritance inherited) {

  static NodeContext initial(PoolSettings settings) {
    return new NodeContext(
        settings,
        Optional.empty(),
        Optional.empty(),
        NodeState.UNKNOWN,
        Optional.empty(),
        HashTreePSet.empty(),
        false,
        false,
        Inheritance.NONE);
  }

  public NodeContext withSettings(PoolSettings next) {
    return new NodeContext(
        next, limits, facts, node, custom, demand, started, terminating, inherited);
  }

  public NodeContext withLimits(Limits known) {
    return new NodeContext(
        settings, Optional.of(known), facts, node, custom, demand, started, terminating, inherited);
  }

  public NodeContext withFacts(NodeFacts known) {
    return new NodeContext(
        settings,
        limits,
        Optional.of(known),
        node,
        custom,
        demand,
        started,
        terminating,
        inherited);
  }

  public NodeContext withNode(NodeState next) {
    return new NodeContext(
        settings, limits, facts, next, custom, demand, started, terminating, inherited);
  }

  public NodeContext withCustom(Optional<CustomNetwork> next) {
    return new NodeContext(
        settings, limits, facts, node, next, demand, started, terminating, inherited);
  }

  public NodeContext withDemand(Collection<PodRef> pods) {
    return withDemand(HashTreePSet.from(pods));
  }

  /** Takes note that the pod has got its address, or is about to. */
  public NodeContext withoutDemand(PodRef pod) {
    return withDemand(demand.minus(pod));
  }

  private NodeContext withDemand(PSet<PodRef> next) {
    return new NodeContext(
        settings, limits, facts, node, custom, next, started, terminating, inherited);
  }

  public NodeContext start() {
    return new NodeContext(
        settings, limits, facts, node, custom, demand, true, terminating, inherited);
  }

  public NodeContext terminate() {
    return new NodeContext(settings, limits, facts, node, custom, demand, started, true, inherited);
  }

  public NodeContext inherit(Inheritance next) {
    return new NodeContext(
        settings, limits, facts, node, custom, demand, started, terminating, next);
  }

  /** Forgets what the instance type allows, because it was said of another instance. */
  public NodeContext withoutLimits() {
    return new NodeContext(
        settings, Optional.empty(), facts, node, custom, demand, started, terminating, inherited);
  }
}
