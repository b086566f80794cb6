package io.vpccni.ipamd.pool.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One row: what checkpoint, links and EC2 say of the address {@link #X}, and what the pool makes of
 * it.
 */
final class TruthTable {
  static final Ip X = Ip.parse("10.0.0.8");

  final Scenario node = Scenario.m5large(new Targets(1, 1, 3, 0));
  private final List<Holding> listed;
  boolean listedFree;
  boolean releasing;
  Map<Ip, Instant> cooling = Map.of();

  private TruthTable(List<Holding> listed) {
    this.listed = listed;
    node.wires = false;
  }

  TruthTable there() {
    var eni = node.ec2.get(FakeEc2.PRIMARY);
    var cidrs = new ArrayList<>(eni.cidrs());
    cidrs.add(X.asCidr());
    node.ec2.attach(FakeEc2.with(eni, cidrs));
    return this;
  }

  TruthTable routed(String veth, Ip ip) {
    node.links.put(ip, veth);
    return this;
  }

  TruthTable onHost(String link, Ip ip) {
    node.local.put(ip, link);
    return this;
  }

  Durable durable() {
    if (!listedFree) {
      return new Durable(listed, Optional.empty());
    }
    var saved =
        new Durable.SavedEni(
            FakeEc2.eni("eni-0", 0, 0, List.of(X.asCidr(), Cidr.parse("10.0.0.99/32"))),
            254,
            releasing ? Set.of(X.asCidr(), Cidr.parse("10.0.0.99/32")) : Set.of(),
            false,
            Map.of());
    return new Durable(
        listed,
        Optional.of(
            new Durable.Agent(
                Optional.empty(),
                Optional.empty(),
                List.of(saved),
                cooling,
                Map.of(),
                Set.of(),
                Map.of(),
                Map.of())));
  }

  TruthTable starts() {
    node.starts(durable());
    return this;
  }

  /** EC2 has not answered yet. */
  TruthTable starting() {
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts(durable());
    return this;
  }

  void assigned(String pod) {
    assertThat(node.state.ledger().holding(Scenario.attachment(pod)))
        .as("entry of %s", pod)
        .isPresent();
  }

  AddressState use() {
    var owner = node.state.ledger().enis().get(new EniId("eni-0"));
    if (owner == null) {
      throw new AssertionError("no primary ENI");
    }
    var use = owner.blockOf(X).map(block -> block.uses().get(X)).orElse(null);
    if (use == null) {
      throw new AssertionError(X + " has no use");
    }
    return use;
  }

  static TruthTable with(Holding... listed) {
    return new TruthTable(List.of(listed));
  }

  static Holding listed(String pod, Ip ip, String namespace) {
    return new Holding(
        Scenario.attachment(pod),
        namespace.isEmpty() ? PodRef.UNKNOWN : new PodRef(namespace, pod),
        Wiring.UNKNOWN,
        List.of(HeldAddress.unplaced(ip, 0)),
        Optional.empty(),
        Scenario.START.minusSeconds(3600));
  }
}
