package io.vpccni.cli.command;

import com.google.protobuf.Timestamp;
import io.vpccni.cli.agent.Agent;
import io.vpccni.rpc.wire.introspection.AddressExplanation;
import io.vpccni.rpc.wire.introspection.Allocation;
import io.vpccni.rpc.wire.introspection.CardPool;
import io.vpccni.rpc.wire.introspection.Condition;
import io.vpccni.rpc.wire.introspection.Connection;
import io.vpccni.rpc.wire.introspection.Eni;
import io.vpccni.rpc.wire.introspection.ExplainReply;
import io.vpccni.rpc.wire.introspection.ExplainRequest;
import io.vpccni.rpc.wire.introspection.HistoryEntry;
import io.vpccni.rpc.wire.introspection.NodeStatus;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** An agent that says what a test wants it to say. */
final class FakeAgent implements Agent {
  static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");

  final List<ExplainRequest> explained = new ArrayList<>();
  List<Allocation> allocations = List.of();
  List<Eni> enis = List.of();
  NodeStatus status = ready();
  ExplainReply explanation = ExplainReply.getDefaultInstance();
  List<HistoryEntry> history = List.of();
  List<PoolSnapshot> snapshots = List.of();
  Duration watched = Duration.ZERO;

  /** So many snapshots were shown before the last watcher ended. */
  int shown;

  static NodeStatus ready() {
    return NodeStatus.newBuilder()
        .setVersion("0.1.0")
        .setInstanceId("i-1")
        .setReady(true)
        .addConnections(Connection.newBuilder().setPeer("net-programmer").setOk(true))
        .addConnections(Connection.newBuilder().setPeer("EC2").setOk(true))
        .setPool(
            PoolSnapshot.newBuilder()
                .addCards(
                    CardPool.newBuilder()
                        .setTotal(10)
                        .setAssigned(7)
                        .setFree(3)
                        .setLimit(27)
                        .setEnis(2)
                        .setMaxEnis(3)))
        .build();
  }

  static NodeStatus withoutPermission() {
    var status = ready().toBuilder().setReady(false).setObstacle("no address is free");
    status
        .getPoolBuilder()
        .addConditions(
            Condition.newBuilder()
                .setName("NoPermission")
                .setSubject("CreateNetworkInterface")
                .setDetail("The role may not call it.")
                .setSince(at(NOW.minusSeconds(180)))
                .setNextStep("Allow it."));
    return status.build();
  }

  static Allocation pod(String name, String ip, String link) {
    return Allocation.newBuilder()
        .setPodNamespace("default")
        .setPodName(name)
        .setIp(ip)
        .setEniId("eni-1")
        .setHostVeth(link)
        .setRouteTable(254)
        .setAssignedAt(at(NOW.minusSeconds(300)))
        .build();
  }

  static Eni eni(String id, String subnet, String... cidrs) {
    return Eni.newBuilder()
        .setEniId(id)
        .setSubnetId(subnet)
        .setPrimary(id.equals("eni-1"))
        .setPrimaryIp("10.0.0.4")
        .setRouteTable(254)
        .addAllCidrs(List.of(cidrs))
        .build();
  }

  static HistoryEntry decided(Instant at, String what, String why) {
    return HistoryEntry.newBuilder().setAt(at(at)).setWhat(what).setWhy(why).build();
  }

  static AddressExplanation address(String state) {
    return AddressExplanation.newBuilder()
        .setIp("10.0.0.5")
        .setState(state)
        .setEniId("eni-1")
        .setSubnetId("subnet-1")
        .setSince(at(NOW.minusSeconds(12)))
        .setWhy("A pod that had it is gone.")
        .setDoing("It is free in 18 s.")
        .build();
  }

  static Timestamp at(Instant instant) {
    return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).build();
  }

  @Override
  public NodeStatus status() {
    return status;
  }

  @Override
  public List<Allocation> allocations() {
    return allocations;
  }

  @Override
  public List<Eni> enis() {
    return enis;
  }

  @Override
  public ExplainReply explain(ExplainRequest subject) {
    explained.add(subject);
    return explanation;
  }

  @Override
  public List<HistoryEntry> history() {
    return history;
  }

  @Override
  public void watch(Duration limit, Predicate<PoolSnapshot> seen) {
    watched = limit;
    shown = 0;
    for (var snapshot : snapshots) {
      shown++;
      if (!seen.test(snapshot)) return;
    }
  }

  @Override
  public void close() {}
}
