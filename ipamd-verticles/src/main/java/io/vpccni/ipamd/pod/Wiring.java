package io.vpccni.ipamd.pod;

import java.util.List;
import java.util.Optional;

/**
 * This is how a pod is, or will be, connected; what a new process needs to repair it.
 *
 * @param netns path of the network namespace; empty where unknown
 * @param hostVeths names of the host ends, in the order of the pod's interfaces; empty where
 *     unknown
 * @param branch the pod's own ENI, if it has one; never for a pod of the pool
 */
public record Wiring(String netns, List<String> hostVeths, By by, Optional<BranchEni> branch) {
  /** Nothing is known: an entry of a reference file. */
  public static final Wiring UNKNOWN = new Wiring("", List.of(), By.PLUGIN);

  public Wiring {
    hostVeths = List.copyOf(hostVeths);
  }

  /** Makes the wiring of a pod whose addresses are those of the node's ENIs. */
  public Wiring(String netns, List<String> hostVeths, By by) {
    this(netns, hostVeths, by, Optional.empty());
  }

  /** Returns the same wiring in another sandbox. */
  public Wiring in(String otherNetns) {
    return new Wiring(otherNetns, hostVeths, by, branch);
  }

  /** Returns the same with other host ends. */
  public Wiring withHostVeths(List<String> names) {
    return new Wiring(netns, names, by, branch);
  }

  /** This tells who made the interfaces. */
  public enum By {
    /** Our net-programmer made them. */
    PROGRAMMER,
    /** A plugin made them that only asked us for an address (the reference's, over gRPC). */
    PLUGIN
  }
}
