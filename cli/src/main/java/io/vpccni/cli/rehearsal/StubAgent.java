package io.vpccni.cli.rehearsal;

import com.google.protobuf.Timestamp;
import io.vertx.core.Future;
import io.vertx.core.streams.WriteStream;
import io.vpccni.rpc.wire.introspection.AddressExplanation;
import io.vpccni.rpc.wire.introspection.Allocation;
import io.vpccni.rpc.wire.introspection.CardPool;
import io.vpccni.rpc.wire.introspection.Condition;
import io.vpccni.rpc.wire.introspection.Connection;
import io.vpccni.rpc.wire.introspection.Eni;
import io.vpccni.rpc.wire.introspection.ExplainReply;
import io.vpccni.rpc.wire.introspection.ExplainRequest;
import io.vpccni.rpc.wire.introspection.GetStatusRequest;
import io.vpccni.rpc.wire.introspection.HistoryEntry;
import io.vpccni.rpc.wire.introspection.IntrospectionService;
import io.vpccni.rpc.wire.introspection.ListAllocationsReply;
import io.vpccni.rpc.wire.introspection.ListAllocationsRequest;
import io.vpccni.rpc.wire.introspection.ListEnisReply;
import io.vpccni.rpc.wire.introspection.ListEnisRequest;
import io.vpccni.rpc.wire.introspection.ListHistoryReply;
import io.vpccni.rpc.wire.introspection.ListHistoryRequest;
import io.vpccni.rpc.wire.introspection.NodeStatus;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import io.vpccni.rpc.wire.introspection.WatchPoolRequest;

/** Answers every question in the same way, with one pod on one ENI and one condition. */
final class StubAgent extends IntrospectionService {
  private static final String ENI = "eni-0123456789abcdef0";
  private static final String ADDRESS = "10.0.0.20";
  private static final Timestamp SINCE = Timestamp.newBuilder().setSeconds(1_764_000_000).build();

  @Override
  public Future<NodeStatus> getStatus(GetStatusRequest request) {
    return Future.succeededFuture(
        NodeStatus.newBuilder()
            .setVersion("rehearsal")
            .setReady(false)
            .setObstacle("this is a rehearsal")
            .addConnections(Connection.newBuilder().setPeer("EC2").setOk(true))
            .addConnections(Connection.newBuilder().setPeer("IMDS").setDetail("it is away"))
            .setPool(
                PoolSnapshot.newBuilder()
                    .addCards(CardPool.newBuilder().setTotal(2).setAssigned(1).setFree(1))
                    .addConditions(
                        Condition.newBuilder()
                            .setName("ImdsUnreachable")
                            .setDetail("IMDS does not answer")
                            .setSince(SINCE)))
            .build());
  }

  @Override
  public Future<ListEnisReply> listEnis(ListEnisRequest request) {
    return Future.succeededFuture(
        ListEnisReply.newBuilder()
            .addEnis(
                Eni.newBuilder()
                    .setEniId(ENI)
                    .setSubnetId("subnet-0123456789abcdef0")
                    .setPrimary(true)
                    .addCidrs(ADDRESS + "/32"))
            .build());
  }

  @Override
  public Future<ListAllocationsReply> listAllocations(ListAllocationsRequest request) {
    return Future.succeededFuture(
        ListAllocationsReply.newBuilder()
            .addAllocations(
                Allocation.newBuilder()
                    .setIp(ADDRESS)
                    .setEniId(ENI)
                    .setPodNamespace("default")
                    .setPodName("web-0")
                    .setAssignedAt(SINCE))
            .build());
  }

  @Override
  public Future<ExplainReply> explain(ExplainRequest request) {
    return Future.succeededFuture(
        ExplainReply.newBuilder()
            .addAddresses(
                AddressExplanation.newBuilder()
                    .setIp(ADDRESS)
                    .setState("assigned")
                    .setSince(SINCE)
                    .setWhy("The pod has it."))
            .addSentences("This is a rehearsal.")
            .build());
  }

  @Override
  public Future<ListHistoryReply> listHistory(ListHistoryRequest request) {
    return Future.succeededFuture(
        ListHistoryReply.newBuilder()
            .addEntries(
                HistoryEntry.newBuilder()
                    .setAt(SINCE)
                    .setWhat("An address is given to a pod.")
                    .setWhy("The runtime asked."))
            .build());
  }

  @Override
  public void watchPool(WatchPoolRequest request, WriteStream<PoolSnapshot> response) {
    response.end(PoolSnapshot.newBuilder().setAt(SINCE).build());
  }
}
