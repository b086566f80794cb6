package io.vpccni.ipamd.pool.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.rpc.limits.InstanceLimits;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeLimitsTest {
  /** What the table names is what all ENIs' addresses come to, since a pool counts in them. */
  @ParameterizedTest(name = "0.3 derived limits: {0}, prefixes {1}, MAX_ENI {2}, multi-NIC {3}")
  @CsvSource({
    // type, PD, MAX_ENI, cards, ENIs a card, slots an ENI, cards, addresses an ENI
    "t3.small, false, , false, 3, 3, 1, 3",
    "m5.large, false, , false, 3, 9, 1, 9",
    "p3dn.24xlarge, false, , false, 15, 49, 1, 49",
    "t3.small, true, , false, 3, 3, 1, 48",
    "m5.large, true, , false, 3, 9, 1, 144",
    "p3dn.24xlarge, true, , false, 15, 49, 1, 784",
    "m5.large, false, 2, false, 2, 9, 1, 9",
    "m5.large, false, 7, false, 3, 9, 1, 9",
    "c6in.32xlarge, false, , false, 8, 49, 1, 49",
    "c6in.32xlarge, false, , true, 8, 49, 2, 49",
    "c6in.32xlarge, false, 5, true, 5, 49, 2, 49",
  })
  void limits(
      String type,
      String prefixes,
      Integer maxEni,
      String multiNic,
      int enis,
      int slots,
      int cards,
      int addresses) {
    var env = new HashMap<>(Map.of("ENABLE_IPv4", "true", "ENABLE_PREFIX_DELEGATION", prefixes));
    env.put("ENABLE_MULTI_NIC", multiNic);
    if (maxEni != null) {
      env.put("MAX_ENI", maxEni.toString());
    }
    var node = of(env, type);
    assertThat(node.limits().enisPerCard()).isEqualTo(enis);
    assertThat(node.limits().slotsPerEni()).isEqualTo(slots);
    assertThat(node.limits().networkCards()).isEqualTo(cards);
    int perSlot = node.kind() == AddressKind.IPV4_PREFIX ? 16 : 1;
    assertThat(node.limits().slotsPerEni() * perSlot).isEqualTo(addresses);
    assertThat(node.problem()).isEmpty();
  }

  @Test
  void aTypeThatTakesNoPrefixesFallsBackToSingleAddressesAndSaysSo() {
    var node = of(Map.of("ENABLE_IPv4", "true", "ENABLE_PREFIX_DELEGATION", "true"), "m4.large");
    assertThat(node.kind()).isEqualTo(AddressKind.SECONDARY_IP);
    assertThat(node.problem())
        .hasValueSatisfying(
            told -> {
              assertThat(told.name()).isEqualTo("SettingIgnored");
              assertThat(told.detail()).contains("m4.large", "single addresses");
            });
  }

  @Test
  void anIpv6NodeOfSuchATypeStaysAnIpv6NodeAndSaysWhyItCannotServe() {
    var node =
        of(
            Map.of(
                "ENABLE_IPv4", "false", "ENABLE_IPv6", "true", "ENABLE_PREFIX_DELEGATION", "true"),
            "m4.large");
    assertThat(node.kind()).isEqualTo(AddressKind.IPV6_PREFIX);
    assertThat(node.problem())
        .hasValueSatisfying(told -> assertThat(told.detail()).contains("cannot serve IPv6"));
  }

  private static NodeLimits of(Map<String, String> settings, String type) {
    var env = new HashMap<>(settings);
    env.put("WARM_PREFIX_TARGET", "1");
    return NodeLimits.of(
        AgentConfig.parse(env).config(), type, InstanceLimits.of(type).orElseThrow());
  }
}
