package io.vpccni.sim.kubernetes.store;

/** A watch begins at the objects that there are, at a version, or now. */
public sealed interface WatchStart {
  /**
   * Sends the objects that there are first, as ADDED.
   *
   * @param marked says whether a bookmark ends them
   */
  record FromState(boolean marked) implements WatchStart {}

  /** Only the changes after this resource version are told. */
  record After(long version) implements WatchStart {}

  /** Only changes from now on are told. */
  record FromNow() implements WatchStart {}
}
