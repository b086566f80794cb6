package io.vpccni.netprog.node;

import io.vpccni.netprog.netns.NetnsFolders;
import io.vpccni.netprog.netns.Sysctls;

/**
 * Describes the surroundings in which {@link NodeKernel} works.
 *
 * @param sysctls where sysctls are written
 * @param netns where network namespaces may be opened
 */
public record KernelSettings(Sysctls sysctls, NetnsFolders netns) {
  public static final KernelSettings USUAL =
      new KernelSettings(new Sysctls("/proc/sys"), NetnsFolders.USUAL);
}
