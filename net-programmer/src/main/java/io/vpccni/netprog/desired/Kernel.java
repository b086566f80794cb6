package io.vpccni.netprog.desired;

import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * A {@code Kernel} brings the node's kernel into the desired state. Every request may be repeated:
 * the desired state is compared with the present one, and only the difference is applied. A stage
 * fails with a {@link Refusal}; any other failure is a bug. Answers may come on any thread.
 */
public interface Kernel {
  /** Sets the whole desired state. Nothing is ever removed before the first call. */
  CompletionStage<HostApplied> sync(HostState host, List<PodState> pods, List<String> deletions);

  CompletionStage<HostApplied> applyHost(HostState host);

  /**
   * Tells the route tables of desired pods whose tables were not known. Pods that are not desired
   * (any more) are passed over.
   */
  CompletionStage<HostApplied> place(List<PodState> pods);

  CompletionStage<Attached> attach(PodState pod);

  /**
   * Removes a pod. When it answers, the pod's rules and routes are gone and the deletion of its
   * conntrack entries has begun. The veths whose names it returns are deleted afterwards; a {@link
   * Event.VethsDeleted} tells when.
   */
  CompletionStage<List<String>> detach(DetachedPod pod);

  /**
   * Compares a pod with the kernel and returns one sentence for each difference; the list is empty
   * if there is none.
   */
  CompletionStage<List<String>> check(PodState pod);

  CompletionStage<Listed> list();

  /**
   * Answers when the thread that carries out all of the above has had a turn and the kernel has
   * answered it. Whoever gets no answer knows that nothing else is answered either.
   */
  CompletionStage<Void> probe();

  /**
   * Tells what applying the host's state has led to.
   *
   * @param tables the route table in force of each ENI whose link is present, by ENI id
   * @param missing ids of ENIs whose link is not present yet; they are set up when it appears
   * @param changes number of kernel objects that were added, changed or removed
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
   * Tells how a pod was wired.
   *
   * @param inKernel the part of the time that was spent in system calls
   */
  record Attached(List<Wired> interfaces, Duration inKernel) {
    public Attached {
      interfaces = List.copyOf(interfaces);
    }
  }

  /** Describes one interface of a pod, and the host's end of its veth pair. */
  record Wired(String ifName, String hostVeth, Mac mac, Mac hostMac) {}

  /**
   * Describes a veth of the host, whoever created it.
   *
   * @param routed addresses that a host route sends to it
   */
  record HostVeth(String name, List<String> routed) {
    public HostVeth {
      routed = List.copyOf(routed);
    }
  }

  /**
   * This is an address that the host takes packets for, so that none of them would reach a pod.
   *
   * @param cidr a single address, or a block that a local route gives to the host
   * @param link name of the link that has the address, or that the route names
   */
  record HostAddress(Cidr cidr, String link) {}

  /** Holds what the kernel shows of pods and of the host's own addresses, whoever made it. */
  record Listed(List<HostVeth> veths, List<HostAddress> addresses) {
    public Listed {
      veths = List.copyOf(veths);
      addresses = List.copyOf(addresses);
    }
  }

  /** Something has happened without a request; every listener is told. */
  sealed interface Event {
    record LinkChanged(String name, Mac mac, boolean present) implements Event {}

    record VethsDeleted(List<String> names) implements Event {
      public VethsDeleted {
        names = List.copyOf(names);
      }
    }

    /** Tells that another program gave the host an address or took one away. */
    record HostAddressesChanged() implements Event {}

    /**
     * Tells that objects were repaired.
     *
     * @param what rule, route, link, neighbour, sysctl, iptables or nftables
     * @param count number of repaired objects; 0 only tells that a contention or a failure began or
     *     ended
     * @param contested whether another program keeps undoing the repairs, which then come at
     *     growing intervals
     */
    record Repaired(String what, int count, boolean contested, String detail) implements Event {}
  }
}
