package io.vpccni.sim.network;

/** One command to the kernel. */
sealed interface KernelCommand {
  /** A new network namespace for an instance, with loopback up and forwarding on. */
  record AddNamespace(String name) implements KernelCommand {}

  record DeleteNamespace(String name) implements KernelCommand {}

  /** A line for {@code ip -batch} within a namespace. */
  record Ip(String namespace, String line) implements KernelCommand {}

  /** A line for {@code nft -f} within the router. */
  record Nft(String line) implements KernelCommand {}
}
