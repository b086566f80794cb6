package io.vpccni.cli.agent;

import io.vpccni.rpc.wire.introspection.Allocation;
import io.vpccni.rpc.wire.introspection.Eni;
import io.vpccni.rpc.wire.introspection.ExplainReply;
import io.vpccni.rpc.wire.introspection.ExplainRequest;
import io.vpccni.rpc.wire.introspection.NodeStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Answers questions about the node. Every method fails with {@link AgentUnreachable}. */
public interface Agent extends AutoCloseable {
  NodeStatus status();

  List<Allocation> allocations();

  List<Eni> enis();

  ExplainReply explain(ExplainRequest subject);

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
