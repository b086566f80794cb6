package io.vpccni.fleet;

import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.List;

/**
 * Says what happens to a fleet.
 *
 * @param length how long the run lasts in virtual time
 * @param nodes how many nodes the cluster has when it is complete, 1 or more
 * @param subnets one for each zone, over which the nodes are spread
 */
record Scenario(
    Duration length,
    int nodes,
    List<Cidr> subnets,
    NodeGroup group,
    PodLoad pods,
    List<NodeChange> changes) {
  Scenario {
    subnets = List.copyOf(subnets);
    changes = List.copyOf(changes);
    if (nodes < 1) throw new IllegalArgumentException("nodes: there must be 1 or more");
    if (subnets.isEmpty()) throw new IllegalArgumentException("subnets: there must be 1 or more");
  }

  Scenario withNodes(int count) {
    return new Scenario(length, count, subnets, group, pods, changes);
  }

  /** Describes how each node is set up. */
  record NodeGroup(String instanceType, PoolSettings settings) {}

  /**
   * Says what pods each node has. A pod that ends is replaced at once, and lives are distributed
   * exponentially, so starts and ends form a Poisson process.
   *
   * @param perNode how many pods a node has, 0 or more
   * @param meanLife how long a pod lives on average
   */
  record PodLoad(int perNode, Duration meanLife, List<JobBurst> bursts) {
    PodLoad {
      bursts = List.copyOf(bursts);
    }
  }

  /**
   * Says that a number of further pods start on each node at once and end after a while.
   *
   * @param at counted from the start of the run
   */
  record JobBurst(Duration at, int perNode, Duration length) {}

  /** Says how the nodes change; each time is counted from the start of the run. */
  sealed interface NodeChange {
    Duration at();
  }

  /** All nodes of the cluster start, evenly spread over a while. */
  record Ramp(Duration at, Duration over) implements NodeChange {}

  /** All nodes are replaced by new ones, a percentage of them at each step. */
  record Roll(Duration at, int percent, Duration every) implements NodeChange {}

  /** A percentage of the nodes ends. */
  record ScaleDown(Duration at, int percent) implements NodeChange {}

  /**
   * All nodes of a zone end, and no others start for them.
   *
   * @param zone counted from 0, in the order of the subnets
   */
  record ZoneLost(Duration at, int zone) implements NodeChange {}
}
