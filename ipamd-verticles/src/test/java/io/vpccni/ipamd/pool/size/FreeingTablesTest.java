package io.vpccni.ipamd.pool.size;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pool.NodeState;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tables of section 5.9 of the IPAM specification, played through the whole pool: which ENI is
 * freed, and what keeps one. {@code eni-0} is the primary one.
 */
class FreeingTablesTest {
  /** ENI 1 is primary with 2 addresses, both used; ENI 2 has 2 free ones, ENI 3 has one. */
  @ParameterizedTest(name = "5.9 vectors: W {0}, M {1}, ENI3 still there {2}: {3}")
  @CsvSource({
    "3, 1, true, none",
    "1, 5, true, none",
    "2, 4, true, eni-2",
    "0, 3, false, none",
    "0, 2, false, eni-1"
  })
  void vectors(int warm, int minimum, boolean third, String expected) {
    var node = new Scenario(sized(warm, minimum)).limits(3, 2);
    node.ec2.attach(FakeEc2.eni("eni-0", 0, 0, node.ec2.fresh(AddressKind.SECONDARY_IP, 2)));
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, node.ec2.fresh(AddressKind.SECONDARY_IP, 2)));
    if (third) {
      node.ec2.attach(FakeEc2.eni("eni-2", 0, 2, node.ec2.fresh(AddressKind.SECONDARY_IP, 1)));
    }
    node.starts().pods(2).after(Duration.ofMinutes(2));
    assertThat(node.eni("eni-0").all().assigned()).isEqualTo(2);
    assertThat(freed(node)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "5.9 vectors: besides the primary a trunk and an EFA ENI, plain {0}")
  @CsvSource({"false, none", "true, eni-3"})
  void onlyAPlainEniGoes(boolean plain, String expected) {
    var node = new Scenario(DefaultSettings.pool()).limits(4, 9);
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, List.of(), EniKind.TRUNK, false, true));
    node.ec2.attach(FakeEc2.eni("eni-2", 0, 2, List.of(), EniKind.EFA, false, true));
    if (plain) {
      node.ec2.attach(FakeEc2.eni("eni-3", 0, 3, List.of()));
    }
    node.starts().after(Duration.ofMinutes(3));
    assertThat(freed(node)).isEqualTo(expected);
  }

  /** Each row has one reason only; without it the ENI goes (last row). */
  @ParameterizedTest(name = "5.9 must hold: {0}")
  @CsvSource({
    "1 not primary,                                     PRIMARY",
    "2 in the pool for 60 s,                            YOUNG",
    "3 no address within its cooldown,                  COOLING",
    "4 no assigned address,                             ASSIGNED",
    "5 the others keep W free,                          WARM_IP",
    "6 the others keep M in all,                        MINIMUM_IP",
    "7 the others keep P free prefixes,                 WARM_PREFIX",
    "8 no trunk,                                        TRUNK",
    "8 no EFA,                                          EFA",
    "ours: no quarantined address,                      QUARANTINED",
    "ours: not managed is not ours,                     UNMANAGED",
    "refused when terminating,                          TERMINATING",
    "refused when cordoned,                             CORDONED",
    "not with provisioning off,                         PROVISIONING_OFF",
    "without any of these it goes,                      NOTHING",
  })
  void whatKeepsAnEni(String rule, Keeps why) {
    var node = new Scenario(why.desired()).limits(3, 9);
    var primary = node.ec2.fresh(why.kind(), why == Keeps.WARM_PREFIX ? 1 : 9);
    node.ec2.attach(FakeEc2.eni("eni-0", 0, 0, primary));
    if (why != Keeps.PRIMARY) {
      node.ec2.attach(why.second(node));
    }
    node.starts();
    switch (why) {
      case COOLING -> {
        node.pods(10)
            .dels(
                node.state.ledger().holdings().keySet().stream()
                    .map(a -> a.containerId())
                    .toArray(String[]::new));
        node.after(Duration.ofSeconds(29));
        assertThat(freed(node)).as(rule).isEqualTo("none");
        return;
      }
      case ASSIGNED -> node.pods(10);
      case QUARANTINED ->
          node.links.put(
              node.eni("eni-1").blocks().keySet().iterator().next().network(), "enistranger");
      case TERMINATING -> node.tell(new PoolEvent.TerminationStarted(node.now));
      case CORDONED ->
          node.tell(new PoolEvent.NodeChanged(new NodeState(false, OptionalInt.empty()), node.now));
      default -> {}
    }
    node.after(why == Keeps.YOUNG ? Duration.ofSeconds(59) : Duration.ofMinutes(3));
    assertThat(freed(node)).as(rule).isEqualTo(why == Keeps.NOTHING ? "eni-1" : "none");
  }

  enum Keeps {
    PRIMARY,
    YOUNG,
    COOLING,
    ASSIGNED,
    WARM_IP,
    MINIMUM_IP,
    WARM_PREFIX,
    TRUNK,
    EFA,
    QUARANTINED,
    UNMANAGED,
    TERMINATING,
    CORDONED,
    PROVISIONING_OFF,
    NOTHING;

    AddressKind kind() {
      return this == WARM_PREFIX ? AddressKind.IPV4_PREFIX : AddressKind.SECONDARY_IP;
    }

    PoolSettings desired() {
      var targets =
          switch (this) {
            case WARM_IP -> new Targets(1, 10, 0, 0);
            case MINIMUM_IP -> new Targets(1, 1, 10, 0);
            case WARM_PREFIX -> new Targets(1, 0, 0, 2);
            default -> new Targets(1, 1, 1, 0);
          };
      var settings = settings().kind(kind()).targets(targets);
      return (this == PROVISIONING_OFF ? settings.provisioningOff() : settings).build();
    }

    io.vpccni.ipamd.eni.AttachedEni second(Scenario node) {
      var kind =
          switch (this) {
            case TRUNK -> EniKind.TRUNK;
            case EFA -> EniKind.EFA;
            default -> EniKind.ORDINARY;
          };
      return FakeEc2.eni("eni-1", 0, 1, node.ec2.fresh(kind(), 1), kind, false, this != UNMANAGED);
    }
  }

  /** "Attempted when": what has to be free before whole ENIs go. */
  @ParameterizedTest(
      name = "5.9 attempted when: {0}, E or P {1}, {2} ENIs full, {3} pods: {4} left")
  @CsvSource({
    // SIP: available ≥ (E + 1) × 9
    "SECONDARY_IP, 1, 2, 0, 1",
    "SECONDARY_IP, 1, 2, 1, 2",
    "SECONDARY_IP, 1, 3, 9, 2",
    "SECONDARY_IP, 1, 3, 10, 3",
    "SECONDARY_IP, 2, 3, 0, 2",
    "SECONDARY_IP, 2, 3, 1, 3",
    // The reference frees the unused ENI and asks for it again in turn (Q4): one free one is kept.
    "SECONDARY_IP, 0, 2, 9, 2",
    "SECONDARY_IP, 0, 2, 8, 1",
    // PD: an unused ENI goes if P free prefixes are left
    "IPV4_PREFIX, 1, 2, 0, 1",
    "IPV4_PREFIX, 9, 2, 1, 2",
  })
  void attempted(AddressKind kind, int warm, int enis, int pods, int left) {
    var node =
        new Scenario(
                DefaultSettings.pool().withKind(kind).withTargets(new Targets(warm, 0, 0, warm)))
            .limits(enis, 9);
    for (int eni = 0; eni < enis; eni++) {
      node.ec2.attach(FakeEc2.eni("eni-" + eni, 0, eni, node.ec2.fresh(kind, 9)));
    }
    node.starts().pods(pods).settled();
    assertThat(node.ec2.enis).hasSize(left);
  }

  @Test
  void cooledDownAndEmptyItGoes() {
    var node = Scenario.m5large().starts().pods(10).settled().shape("9,9,9");
    node.pods(0).after(Duration.ofSeconds(29)).shape("9,9,9");
    node.settled().shape("9");
  }

  private static PoolSettings sized(int warm, int minimum) {
    return DefaultSettings.pool().withTargets(new Targets(1, warm, minimum, 0));
  }

  private static String freed(Scenario node) {
    var freed = new ArrayList<String>();
    node.asked(FreeEni.class).forEach(ask -> freed.add(ask.eni().value()));
    return freed.isEmpty() ? "none" : String.join(",", freed);
  }
}
