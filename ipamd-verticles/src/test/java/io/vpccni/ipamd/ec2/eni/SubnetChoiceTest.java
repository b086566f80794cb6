package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.SubnetId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** These tests show which subnets may give pod addresses. */
class SubnetChoiceTest {
  private static final SubnetId PRIMARY = new SubnetId("subnet-primary");

  @ParameterizedTest(name = "{0} role={1} cluster tags={2} own={3} → usable {4}, excluded {5}")
  @CsvSource(
      nullValues = "-",
      value = {
        "primary, -,  -,     c1, true,  false",
        "primary, '', -,     c1, true,  false",
        "primary, 0,  -,     c1, false, true",
        "primary, 0,  c1,    c1, false, true",
        "primary, -,  other, c1, true,  false",
        "primary, 1,  other, c1, false, true",
        "other,   -,  -,     c1, false, false",
        "other,   -,  c1,    c1, false, false",
        "other,   1,  -,     c1, true,  false",
        "other,   1,  c1,    c1, true,  false",
        "other,   1,  c2 c1, c1, true,  false",
        "other,   1,  c2,    c1, false, true",
        "other,   1,  c2,    '', true,  false",
        "other,   yes, -,    c1, true,  false",
      })
  void subnetTags(
      String which, String role, String clusters, String own, boolean usable, boolean excluded) {
    var tags = new HashMap<String, String>();
    if (role != null) {
      tags.put("kubernetes.io/role/cni", role);
    }
    if (clusters != null) {
      for (var cluster : List.of(clusters.split(" ", -1))) {
        tags.put("cni.networking.k8s.aws/cluster/" + cluster, "shared");
      }
    }
    var subnet = new SubnetView(new SubnetId("subnet-" + which), List.of(), 1, tags);
    assertThat(SubnetChoice.usable(subnet, PRIMARY, own)).isEqualTo(usable);
    assertThat(SubnetChoice.excluded(subnet, own)).isEqualTo(excluded);
  }

  @Test
  void theSubnetWithMostFreeAddressesComesFirstAndTiesKeepTheirOrder() {
    var tags = Map.of("kubernetes.io/role/cni", "1");
    var subnets =
        List.of(
            new SubnetView(new SubnetId("a"), List.of(), 5, tags),
            new SubnetView(PRIMARY, List.of(), 9, Map.of()),
            new SubnetView(new SubnetId("b"), List.of(), 9, tags),
            new SubnetView(new SubnetId("c"), List.of(), 99, Map.of()));
    assertThat(SubnetChoice.candidates(subnets, PRIMARY, ""))
        .extracting(subnet -> subnet.id().value())
        .containsExactly("subnet-primary", "b", "a");
  }
}
