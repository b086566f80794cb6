package io.vpccni.netprog.node;

import io.vpccni.netprog.netns.NetnsFolders;
import io.vpccni.netprog.netns.Sysctls;

/**
 * What the node's owner needs to know about its surroundings.
 *
 * @param sysctls where they are written
 * @param netns where namespaces may be
 */
public record KernelSettings(Sysctls sysctls, NetnsFolders netns) {
  public static final KernelSettings USUAL = new KernelSettings(new Sysctls("/proc/sys"), NetnsFolders.USUAL);
}
