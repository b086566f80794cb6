package io.vpccni.ipamd.pool.state;

import java.util.List;

/** A decision is what follows from an event: the state from now on, and what must be done. */
public record Decision(PoolState next, List<PoolCommand> commands) {
  public Decision {
    commands = List.copyOf(commands);
  }
}
