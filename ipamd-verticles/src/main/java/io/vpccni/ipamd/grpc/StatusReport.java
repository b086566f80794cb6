package io.vpccni.ipamd.grpc;

import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolMessage.Health;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.rpc.log.Redaction;
import io.vpccni.rpc.process.Version;
import io.vpccni.rpc.wire.introspection.Connection;
import io.vpccni.rpc.wire.introspection.NodeStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Answers whether a pod can be added now, and how the agent gets on with all that it talks to.
 *
 * @param view what the pool shows
 * @param health what the pool says of the next ADD
 * @param dataplane why net-programmer cannot be asked now, if so
 */
record StatusReport(PoolView view, Health health, Optional<String> dataplane) {
  private static final Set<String> OF_EC2 = Set.of("Ec2Unreachable", "NoCredentials", "Ec2Failing");
  private static final Set<String> OF_IMDS = Set.of("ImdsUnreachable");
  private static final Set<String> OF_KUBERNETES = Set.of("ApiServerUnreachable", "PodsNotWatched");

  NodeStatus message(Snapshots snapshots) {
    var status =
        NodeStatus.newBuilder()
            .setVersion(Version.of(StatusReport.class))
            .setReady(obstacle().isEmpty())
            .setObstacle(Redaction.of(obstacle().orElse("")))
            .addAllConnections(connections())
            .setPool(snapshots.pool(view))
            .setLastEc2Error(Redaction.of(view.numbers().lastEc2Error()));
    view.node().facts().ifPresent(facts -> status.setInstanceId(facts.instance().id()));
    return status.build();
  }

  private Optional<String> obstacle() {
    if (!health.started()) return Optional.of("the agent is starting");
    return dataplane.or(health::obstacle);
  }

  private List<Connection> connections() {
    return List.of(
        connection("net-programmer", dataplane),
        connection("EC2", condition(OF_EC2)),
        connection("IMDS", condition(OF_IMDS)),
        connection("Kubernetes API", condition(OF_KUBERNETES)));
  }

  private Optional<String> condition(Set<String> names) {
    return view.conditions().stream()
        .filter(condition -> names.contains(condition.key().name()))
        .map(Condition::detail)
        .findFirst();
  }

  private static Connection connection(String peer, Optional<String> trouble) {
    return Connection.newBuilder()
        .setPeer(peer)
        .setOk(trouble.isEmpty())
        .setDetail(Redaction.of(trouble.orElse("")))
        .build();
  }
}
