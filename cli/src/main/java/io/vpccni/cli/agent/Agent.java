package io.vpccni.cli.agent;

import io.vpccni.rpc.wire.introspection.Allocation;
import io.vpccni.rpc.wire.introspection.Eni;
import io.vpccni.rpc.wire.introspection.ExplainReply;
import io.vpccni.rpc.wire.introspection.ExplainRequest;
import io.vpccni.rpc.wire.introspection.HistoryEntry;
import io.vpccni.rpc.wire.introspection.NodeStatus;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** Answers questions about the node. Every method fails with {@link AgentUnreachable}. */
public interface Agent extends AutoCloseable {
  NodeStatus status();

  List<Allocation> allocations();

  List<Eni> enis();

  ExplainReply explain(ExplainRequest subject);

  /** Returns what the pool decided last, oldest first. */
  List<HistoryEntry> history();

  /**
   * Shows the pool as it is now, and then each change, until the time is over or nobody looks any
   * more.
   *
   * @param limit 1 s or more, counted from the first time that it is shown
   * @param seen is called by one thread at a time, and tells whether to go on
   */
  void watch(Duration limit, Predicate<PoolSnapshot> seen);

  @Override
  void close();

  /** Connects to the agent that listens on a Unix socket of this node. */
  @FunctionalInterface
  interface Connector {
    /**
     * Returns the agent behind a socket.
     *
     * @param timeout how long one answer may take
     * @throws AgentUnreachable if nobody can be listening there
     */
    Agent connect(Path socket, Duration timeout);
  }
}
