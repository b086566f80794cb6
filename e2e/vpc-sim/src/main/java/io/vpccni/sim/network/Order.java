package io.vpccni.sim.network;

/** One thing to do to the kernel. */
sealed interface Order {
  /** A new network namespace for an instance, with loopback up and forwarding on. */
  record AddNamespace(String name) implements Order {}

  record DeleteNamespace(String name) implements Order {}

  /** A line for {@code ip -batch} within a namespace. */
  record Ip(String namespace, String line) implements Order {}

  /** A line for {@code nft -f} within the router. */
  record Nft(String line) implements Order {}
}
