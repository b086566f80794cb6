package io.vpccni.sim.kubernetes.store;

/** A watch is told of changes until it is closed, on any thread. */
public interface OpenWatch extends AutoCloseable {
  @Override
  void close();
}
