package io.vpccni.ipamd.pool;

import java.util.Optional;

/** Gives free addresses to those who wait. */
final class Grant {
  private Grant() {}

  /** Why no ADD could be served now, if so. */
  static Optional<String> obstacle(PoolState state) {
    if (!state.started()) {
      return Optional.of("the checkpoint has not been read yet");
    }
    if (state.veths().isEmpty()) {
      return Optional.of(
          "the links on this node are not known yet: net-programmer has not answered");
    }
    return Optional.empty();
  }
}
