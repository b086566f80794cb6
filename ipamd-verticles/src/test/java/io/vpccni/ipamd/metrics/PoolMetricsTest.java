package io.vpccni.ipamd.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.pool.NodeState;
import io.vpccni.ipamd.pool.PoolNumbers;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.rpc.address.Cidr;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the page says of the pool, read off its view. */
class PoolMetricsTest {
  private static PoolSettings settings(AddressKind kind) {
    var base = DefaultSettings.pool();
    return new PoolSettings(
        kind,
        base.targets(),
        base.cooldown(),
        base.waiting(),
        base.enis(),
        base.ec2(),
        base.egress());
  }

  private static PoolView.Eni eni(int device, String subnet, boolean releasing, long free) {
    var facts =
        new AttachedEni(
            new EniId("eni-" + device),
            "02:00:00:00:00:0" + device,
            new AttachedEni.Place(0, device),
            new SubnetId(subnet),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            EniKind.ORDINARY,
            new AttachedEni.Standing(device == 0, false, true),
            Map.of());
    var cidr = new PoolView.CidrView(Cidr.parse("10.0.0.4/32"), releasing, Map.of());
    return new PoolView.Eni(facts, 254, true, free, 2, 3, 4, List.of(cidr));
  }

  private static String page(AddressKind kind, List<Long> limits, PoolView.Eni... enis) {
    var cards =
        IntStream.range(0, limits.size())
            .mapToObj(
                card ->
                    new PoolView.Card(
                        card,
                        new PoolView.CardAddresses(16, 2, 14, 0, 0, 0, limits.get(card)),
                        new PoolView.CardEnis(1, 3, 0),
                        1))
            .toList();
    return new AgentMetrics("1")
        .text(
            new PoolView(
                Instant.EPOCH,
                settings(kind),
                new PoolView.Node(NodeState.UNKNOWN, Optional.empty(), Optional.empty()),
                new PoolView.Readiness.Ready(),
                cards,
                List.of(enis),
                List.of(),
                List.of(),
                List.of(),
                new PoolNumbers(16, 2, 14, 0, 0, 0, 16, 0, "")));
  }

  @Test
  void anIpv6NodeHasNoLimitAndNoIpv4Prefixes() {
    assertThat(page(AddressKind.IPV6_PREFIX, List.of(Long.MAX_VALUE, Long.MAX_VALUE)))
        .contains("\nawscni_ip_max 0\n", "\nawscni_total_ipv4_prefixes 0\n");
    assertThat(page(AddressKind.IPV4_PREFIX, List.of(48L, 48L)))
        .contains("\nawscni_ip_max 96\n", "\nawscni_total_ipv4_prefixes 2\n");
  }

  @Test
  void addressesAndEnisAreAddedUpBySubnet() {
    assertThat(
            page(
                AddressKind.SECONDARY_IP,
                List.of(9L),
                eni(0, "subnet-a", false, 1),
                eni(1, "subnet-b", false, 5),
                eni(2, "subnet-b", false, 7)))
        .contains(
            """
            awscni_subnet_ip_addresses{state="assigned",subnet="subnet-a"} 2
            awscni_subnet_ip_addresses{state="cooling",subnet="subnet-a"} 3
            awscni_subnet_ip_addresses{state="free",subnet="subnet-a"} 1
            awscni_subnet_ip_addresses{state="quarantined",subnet="subnet-a"} 4
            awscni_subnet_ip_addresses{state="assigned",subnet="subnet-b"} 4
            awscni_subnet_ip_addresses{state="cooling",subnet="subnet-b"} 6
            awscni_subnet_ip_addresses{state="free",subnet="subnet-b"} 12
            awscni_subnet_ip_addresses{state="quarantined",subnet="subnet-b"} 8
            """)
        .contains(
            "\nawscni_subnet_enis{subnet=\"subnet-a\"} 1\n",
            "\nawscni_subnet_enis{subnet=\"subnet-b\"} 2\n");
  }

  @Test
  void whatTheAgentIsDoingShows() {
    var doing = "awscni_ipamd_action_inprogress{fn=\"%s\"} %d\n";
    assertThat(page(AddressKind.SECONDARY_IP, List.of()))
        .as("no ENI is known yet")
        .contains(doing.formatted("nodeInit", 1));
    assertThat(page(AddressKind.SECONDARY_IP, List.of(9L), eni(0, "subnet-a", false, 1)))
        .contains(doing.formatted("nodeInit", 0), doing.formatted("decreaseDatastorePool", 0));
    assertThat(page(AddressKind.SECONDARY_IP, List.of(9L), eni(0, "subnet-a", true, 1)))
        .contains(doing.formatted("decreaseDatastorePool", 1));
  }
}
