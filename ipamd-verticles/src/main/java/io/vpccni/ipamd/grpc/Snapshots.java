package io.vpccni.ipamd.grpc;

import com.google.protobuf.Timestamp;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pool.Explanation;
import io.vpccni.ipamd.pool.PoolMessage;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.rpc.log.Redaction;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.rpc.wire.introspection.AddressExplanation;
import io.vpccni.rpc.wire.introspection.Allocation;
import io.vpccni.rpc.wire.introspection.CardPool;
import io.vpccni.rpc.wire.introspection.Condition;
import io.vpccni.rpc.wire.introspection.Eni;
import io.vpccni.rpc.wire.introspection.ExplainReply;
import io.vpccni.rpc.wire.introspection.HistoryEntry;
import io.vpccni.rpc.wire.introspection.ListAllocationsReply;
import io.vpccni.rpc.wire.introspection.ListConditionsReply;
import io.vpccni.rpc.wire.introspection.ListEnisReply;
import io.vpccni.rpc.wire.introspection.ListHistoryReply;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import java.time.Instant;
import java.util.List;

/** Writes the pool in the words of {@code introspection.proto}. */
final class Snapshots {
  private final ElapsedClock clock;

  /**
   * Makes a writer.
   *
   * @param clock is the clock of the pool's instants, and knows their dates
   */
  Snapshots(ElapsedClock clock) {
    this.clock = clock;
  }

  PoolSnapshot pool(PoolView view) {
    var snapshot =
        PoolSnapshot.newBuilder()
            .setAt(time(view.at()))
            .addAllConditions(conditionsOf(view))
            .setWaiting(view.numbers().waiting());
    for (var card : view.cards()) {
      snapshot.addCards(
          CardPool.newBuilder()
              .setNetworkCard(card.networkCard())
              .setTotal(clamp(card.addresses().total()))
              .setAssigned(clamp(card.addresses().assigned()))
              .setFree(clamp(card.addresses().free()))
              .setCooling(clamp(card.addresses().cooling()))
              .setQuarantined(clamp(card.addresses().quarantined()))
              .setInFlight(clamp(card.addresses().inFlight()))
              .setEnis(card.enis().attached())
              .setMaxEnis(card.enis().most())
              .setLimit(clamp(card.addresses().limit())));
    }
    return snapshot.build();
  }

  ListEnisReply enis(PoolView view) {
    return ListEnisReply.newBuilder()
        .addAllEnis(view.enis().stream().map(Snapshots::eni).toList())
        .build();
  }

  private static Eni eni(PoolView.Eni eni) {
    var facts = eni.facts();
    return Eni.newBuilder()
        .setEniId(facts.id().value())
        .setMac(facts.mac())
        .setNetworkCard(facts.networkCard())
        .setDeviceNumber(facts.deviceNumber())
        .setSubnetId(facts.subnet().value())
        .setPrimaryIp(facts.primaryIp().map(Object::toString).orElse(""))
        .setRouteTable(eni.routeTable())
        .setPrimary(facts.primary())
        .setTrunk(facts.kind() == EniKind.TRUNK)
        .setEfa(facts.kind() == EniKind.EFA)
        .setExcluded(facts.excluded())
        .addAllCidrs(eni.cidrs().stream().map(one -> one.cidr().toString()).toList())
        .setAssigned(clamp(eni.assigned()))
        .setFree(clamp(eni.free()))
        .setCooling(clamp(eni.cooling()))
        .setQuarantined(clamp(eni.quarantined()))
        .build();
  }

  ListAllocationsReply allocations(PoolView view) {
    var reply = ListAllocationsReply.newBuilder();
    for (var holding : view.holdings()) {
      var veths = holding.wiring().hostVeths();
      for (int index = 0; index < holding.addresses().size(); index++) {
        var held = holding.addresses().get(index);
        reply.addAllocations(
            Allocation.newBuilder()
                .setIp(held.ip().toString())
                .setEniId(held.eni().value())
                .setPodNamespace(holding.pod().namespace())
                .setPodName(holding.pod().name())
                .setHostVeth(index < veths.size() ? veths.get(index) : "")
                .setRouteTable(held.routeTable())
                .setAssignedAt(time(holding.assignedAt())));
      }
    }
    return reply.build();
  }

  ListConditionsReply conditions(PoolView view) {
    return ListConditionsReply.newBuilder().addAllConditions(conditionsOf(view)).build();
  }

  private List<Condition> conditionsOf(PoolView view) {
    return view.conditions().stream()
        .map(
            condition ->
                Condition.newBuilder()
                    .setName(condition.key().name())
                    .setSubject(condition.key().subject())
                    .setReason(condition.reason())
                    .setDetail(Redaction.of(condition.detail()))
                    .setSince(time(condition.since()))
                    .setNextStep(NextSteps.of(condition))
                    .build())
        .toList();
  }

  ListHistoryReply history(PoolMessage.History history) {
    var reply = ListHistoryReply.newBuilder();
    for (var entry : history.entries()) {
      reply.addEntries(
          HistoryEntry.newBuilder()
              .setAt(time(entry.at()))
              .setWhat(Redaction.of(entry.what()))
              .setWhy(Redaction.of(entry.why())));
    }
    return reply.build();
  }

  ExplainReply explanation(Explanation explanation) {
    return ExplainReply.newBuilder()
        .addAllAddresses(explanation.addresses().stream().map(this::address).toList())
        .addAllSentences(explanation.sentences().stream().map(Redaction::of).toList())
        .build();
  }

  private AddressExplanation address(Explanation.Address address) {
    var reply =
        AddressExplanation.newBuilder()
            .setIp(address.ip().toString())
            .setState(address.state())
            .setPodNamespace(address.pod().namespace())
            .setPodName(address.pod().name())
            .setHostVeth(address.hostVeth())
            .setWhy(address.why())
            .setDoing(address.doing());
    address
        .eni()
        .ifPresent(eni -> reply.setEniId(eni.id().value()).setSubnetId(eni.subnet().value()));
    address.since().ifPresent(since -> reply.setSince(time(since)));
    return reply.build();
  }

  private Timestamp time(Instant at) {
    var date = clock.date(at);
    return Timestamp.newBuilder()
        .setSeconds(date.getEpochSecond())
        .setNanos(date.getNano())
        .build();
  }

  /** Limits a count to the range of the field: an IPv6 prefix has more addresses than that. */
  private static int clamp(long count) {
    return (int) Math.min(count, 0xffff_ffffL);
  }
}
