package io.vpccni.netprog.desired;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * The node's kernel, made as desired. Each request may be repeated: it is compared with what is
 * there and only the difference is done. A stage that fails, fails with a {@link Refusal}; anything
 * else is a bug. Answers may come on any thread.
 */
public interface Kernel {
  /** The whole desired state. Before the first one nothing is ever removed. */
  CompletionStage<HostApplied> sync(HostState host, List<PodState> pods, List<String> deletions);

  CompletionStage<HostApplied> applyHost(HostState host);

  CompletionStage<Attached> attach(PodState pod);

  /**
   * Rules, routes and conntrack entries are gone when it answers; the named veths go afterwards.
   */
  CompletionStage<List<String>> detach(DetachedPod pod);

  /** One sentence per difference; empty if all is as desired. */
  CompletionStage<List<String>> check(PodState pod);

  CompletionStage<List<HostVeth>> list();

  /**
   * @param tables the table in force of each ENI that is there, by ENI id
   * @param missing ids of ENIs whose link is not there (yet); they are set up when it appears
   * @param changes kernel objects added, changed or removed
   * @param connmarkBackend {@code iptables} or {@code nftables}
   */
  record HostApplied(
      Map<String, Integer> tables, List<String> missing, int changes, String connmarkBackend) {
    public HostApplied {
      tables = Map.copyOf(tables);
      missing = List.copyOf(missing);
    }
  }

  /**
   * A pod is wired.
   *
   * @param inKernel of the time that it took, the part spent in calls of the kernel
   */
  record Attached(List<Wired> interfaces, Duration inKernel) {
    public Attached {
      interfaces = List.copyOf(interfaces);
    }
  }

  /** One interface of a pod and its other end. */
  record Wired(String ifName, String hostVeth, Mac mac, Mac hostMac) {}

  /**
   * A host veth, whoever made it.
   *
   * @param routed addresses that a host route sends to it
   */
  record HostVeth(String name, List<String> routed) {
    public HostVeth {
      routed = List.copyOf(routed);
    }
  }

  /** What happened without a request; told to whoever listens. */
  sealed interface Event {
    record LinkChanged(String name, Mac mac, boolean present) implements Event {}

    record VethsDeleted(List<String> names) implements Event {
      public VethsDeleted {
        names = List.copyOf(names);
      }
    }

    /**
     * @param what rule, route, link, neighbour, sysctl, iptables or nftables
     * @param count 0 tells only that a contest or a failure began or is over
     * @param contested whether another program keeps undoing it, so that repairs pause with growing
     *     intervals
     */
    record Repaired(String what, int count, boolean contested, String detail) implements Event {}
  }
}
