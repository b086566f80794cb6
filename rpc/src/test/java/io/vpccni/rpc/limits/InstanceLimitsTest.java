package io.vpccni.rpc.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.rpc.limits.InstanceLimits.Hypervisor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstanceLimitsTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          # type,           ENIs, addresses, hypervisor, metal, prefixes
          m5.large,         3,    10,        NITRO,      false, true
          m5.24xlarge,      15,   50,        NITRO,      false, true
          m4.large,         2,    10,        XEN,        false, false
          a1.medium,        2,    4,         NITRO,      false, true
          c7g.metal,        15,   50,        NITRO,      true,  true
          a1.metal,         8,    30,        UNKNOWN,    true,  true
          cr1.8xlarge,      8,    30,        UNKNOWN,    false, false
          c6in.32xlarge,    8,    50,        NITRO,      false, true
          """)
  void knownTypesHaveTheirLimits(
      String type,
      int enis,
      int addresses,
      Hypervisor hypervisor,
      boolean metal,
      boolean prefixes) {
    var limits = InstanceLimits.of(type).orElseThrow();

    assertThat(limits.eniLimit()).isEqualTo(enis);
    assertThat(limits.ipv4Limit()).isEqualTo(addresses);
    assertThat(limits.hypervisor()).isEqualTo(hypervisor);
    assertThat(limits.bareMetal()).isEqualTo(metal);
    assertThat(limits.supportsPrefixes()).isEqualTo(prefixes);
  }

  @Test
  void severalCardsCountEachOnItsOwn() {
    assertThat(InstanceLimits.of("c6in.32xlarge").orElseThrow().cardLimits())
        .isEqualTo(List.of(8, 8));
  }

  @Test
  void aTypeThatTheTableDoesNotKnowIsEmpty() {
    assertThat(InstanceLimits.of("m99.large")).isEmpty();
    assertThat(InstanceLimits.of("m5.larg")).isEmpty();
    assertThat(InstanceLimits.of("")).isEmpty();
  }

  @Test
  void everyRowOfTheTableIsWellFormed() {
    var types = InstanceLimits.types();

    assertThat(types).hasSize(1391).isSorted();
    assertThat(types)
        .map(type -> InstanceLimits.of(type).orElseThrow())
        .allSatisfy(
            limits -> {
              assertThat(limits.eniLimit()).isPositive();
              assertThat(limits.ipv4Limit()).isIn(2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 40, 50, 64);
            });
    assertThat(
            types.stream()
                .filter(type -> InstanceLimits.of(type).orElseThrow().cardLimits().size() > 1))
        .hasSize(67);
  }
}
