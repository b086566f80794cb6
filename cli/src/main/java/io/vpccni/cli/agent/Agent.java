package io.vpccni.cli.agent;

import io.vpccni.rpc.wire.introspection.Allocation;
import io.vpccni.rpc.wire.introspection.Eni;
import io.vpccni.rpc.wire.introspection.ExplainReply;
import io.vpccni.rpc.wire.introspection.ExplainRequest;
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

  /**
   * Hands the pool to the reader now and after each change, until the reader has seen enough or the
   * agent goes away.
   *
   * @param reader returns whether it wants more
   */
  void watch(Predicate<PoolSnapshot> reader);

  @Override
  void close();

  /** Reaches an agent. */
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
