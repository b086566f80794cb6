package io.vpccni.sim.network;

/** A command asks the kernel for one thing. */
sealed interface KernelCommand {
  /** Makes a network namespace for an instance, with loopback up and forwarding on. */
  record AddNamespace(String name) implements KernelCommand {}

  record DeleteNamespace(String name) implements KernelCommand {}

  /** This is a line for {@code ip -batch} within a namespace. */
  record Ip(String namespace, String line) implements KernelCommand {}

  /** This is a line for {@code nft -f} within the router. */
  record Nft(String line) implements KernelCommand {}
}
