package io.vpccni.ipamd.pool;

import java.util.List;

/**
 * How a pod is, or will be, connected; what a new process needs to repair it.
 *
 * @param netns path of the network namespace; empty where unknown
 * @param hostVeths names of the host ends, in the order of the pod's interfaces; empty where
 *     unknown
 */
public record Wiring(String netns, List<String> hostVeths, By by) {
  /** Nothing is known: an entry of a reference file. */
  public static final Wiring UNKNOWN = new Wiring("", List.of(), By.PLUGIN);

  public Wiring {
    hostVeths = List.copyOf(hostVeths);
  }

  /** Who made the interfaces. */
  public enum By {
    /** Our net-programmer. */
    PROGRAMMER,
    /** A plugin that only asked us for an address (the reference's, over gRPC). */
    PLUGIN
  }
}
