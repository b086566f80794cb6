package io.vpccni.ipamd.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.DeviceSlots.Slot;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesTest {
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

  @ParameterizedTest(name = "tags {0}, untagged managed {1} → managed {2}")
  @CsvSource(
      nullValues = "-",
      value = {
        "-, true, true",
        "-, false, false",
        "node.k8s.amazonaws.com/instance_id=i-1, false, true",
        "node.k8s.amazonaws.com/instance_id=i-2, false, false",
        "node.k8s.amazonaws.com/no_manage=true, true, false",
        "node.k8s.amazonaws.com/no_manage=false, false, true",
        "node.k8s.amazonaws.com/no_manage=yes, false, true",
      })
  void whichEnisAreOurs(String tag, boolean untagged, boolean managed) {
    var tags = new HashMap<String, String>();
    if (tag != null) {
      tags.put(tag.substring(0, tag.indexOf('=')), tag.substring(tag.indexOf('=') + 1));
    }
    assertThat(rated(eni("eni-2", 0, 1, "interface", tags), untagged, false).managed())
        .isEqualTo(managed);
    assertThat(rated(eni("eni-1", 0, 0, "interface", tags), untagged, false).managed())
        .as("the primary always is")
        .isTrue();
  }

  @Test
  void cardsAboveZeroNeedMultiNicAndMoreThanAnEfaOnlyEni() {
    assertThat(rated(eni("eni-2", 1, 0, "interface", Map.of()), true, false).managed()).isFalse();
    assertThat(rated(eni("eni-2", 1, 0, "interface", Map.of()), true, true).managed()).isTrue();
    assertThat(rated(eni("eni-2", 1, 0, "efa-only", Map.of()), true, true).managed()).isFalse();
    var both =
        EniRules.attached(
            List.of(
                eni("eni-2", 1, 0, "efa-only", Map.of()),
                eni("eni-3", 1, 1, "interface", Map.of())),
            FakeEc2.NODE,
            settings(true, true),
            _ -> Optional.empty());
    assertThat(both).extracting(AttachedEni::managed).containsExactly(false, true);
  }

  private static AttachedEni rated(EniView eni, boolean untagged, boolean multiNic) {
    return EniRules.attached(
            List.of(eni), FakeEc2.NODE, settings(untagged, multiNic), _ -> Optional.empty())
        .getFirst();
  }

  private static Ec2Settings settings(boolean untagged, boolean multiNic) {
    var d = Ec2Settings.defaults();
    return new Ec2Settings(
        d.endpoint(),
        d.tryTimeout(),
        d.overallTimeout(),
        "",
        "",
        Map.of(),
        false,
        false,
        true,
        true,
        false,
        true,
        untagged,
        multiNic);
  }

  private static EniView eni(
      String id, int card, int device, String type, Map<String, String> tags) {
    var eni = FakeEc2.eni(id, tags);
    return new EniView(
        eni.id(),
        eni.mac(),
        eni.subnet(),
        type,
        eni.description(),
        Optional.of(new EniView.Attachment("at", "i-1", card, device, "attached", true)),
        eni.ipv4(),
        eni.ipv6(),
        eni.prefixes(),
        eni.groups(),
        eni.tags(),
        eni.tracking());
  }

  @Test
  void theLowestFreeDeviceIndexIsGivenOutOnce() {
    var slots = new DeviceSlots();
    slots.learn(
        List.of(eni("eni-1", 0, 0, "interface", Map.of()), eni("eni-2", 0, 3, "trunk", Map.of())));
    assertThat(slots.reserve(0)).isEqualTo(OptionalInt.of(1));
    assertThat(slots.reserve(0)).as("the first is reserved").isEqualTo(OptionalInt.of(2));
    assertThat(slots.reserve(0)).as("3 is attached").isEqualTo(OptionalInt.of(4));
    assertThat(slots.reserve(1)).as("another card counts for itself").isEqualTo(OptionalInt.of(0));
    slots.free(new Slot(0, 1));
    assertThat(slots.reserve(0)).isEqualTo(OptionalInt.of(1));
  }

  @Test
  void aHundredDevicesAreAllThereAre() {
    var slots = new DeviceSlots();
    for (int i = 1; i < 100; i++) {
      assertThat(slots.reserve(0)).isEqualTo(OptionalInt.of(i));
    }
    assertThat(slots.reserve(0)).isEmpty();
  }

  @Test
  void theBudgetAllowsABurstAndThenItsRate() {
    var budget = new RequestBudget();
    var now = Instant.EPOCH;
    for (int i = 0; i < 50; i++) {
      assertThat(budget.reserve("AttachNetworkInterface", now)).isZero();
    }
    assertThat(budget.reserve("AttachNetworkInterface", now)).isEqualTo(Duration.ofMillis(200));
    assertThat(budget.reserve("AttachNetworkInterface", now)).isEqualTo(Duration.ofMillis(400));
    assertThat(budget.reserve("DescribeSubnets", now)).as("each for itself").isZero();
    assertThat(budget.reserve("AttachNetworkInterface", now.plusSeconds(10))).isZero();
  }

  @Test
  void aThrottledClassPauses() {
    var budget = new RequestBudget();
    budget.throttled("CreateNetworkInterface", Instant.EPOCH.plusSeconds(3));
    assertThat(budget.reserve("AssignPrivateIpAddresses", Instant.EPOCH))
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(budget.reserve("DescribeSubnets", Instant.EPOCH)).isZero();
  }

  @Test
  void jitterIsFullAndGrowsToItsCap() {
    var random = new SplittableRandom(3);
    var seen = new ArrayList<Duration>();
    for (int i = 0; i < 1000; i++) {
      seen.add(Backoff.fullJitter(Duration.ofMillis(500), Duration.ofSeconds(20), 4, random));
    }
    assertThat(seen).allMatch(pause -> pause.compareTo(Duration.ofSeconds(4)) <= 0);
    assertThat(seen).anyMatch(pause -> pause.compareTo(Duration.ofMillis(400)) < 0);
    assertThat(seen).anyMatch(pause -> pause.compareTo(Duration.ofMillis(3600)) > 0);
    assertThat(Backoff.doubling(Duration.ofSeconds(10), Duration.ofSeconds(60), 3))
        .isEqualTo(Duration.ofSeconds(40));
    assertThat(Backoff.doubling(Duration.ofSeconds(10), Duration.ofSeconds(60), 90))
        .isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void onlyMissingTagsAreToBeWritten() {
    var wanted = new TreeMap<>(Map.of("a", "1", "b", "2", "c", "3"));
    assertThat(EniTags.missing(wanted, Map.of("a", "1", "b", "x")))
        .isEqualTo(new TreeMap<>(Map.of("b", "2", "c", "3")));
    assertThat(EniTags.createdAt(Map.of(EniTags.CREATED, "2026-01-01T01:00:00+01:00")))
        .contains(Instant.parse("2026-01-01T00:00:00Z"));
  }

  @ParameterizedTest(name = "{0} by {1}: proxy {2}, bypassed {3}")
  @CsvSource({
    "ec2.eu-west-1.amazonaws.com, .amazonaws.com, proxy:3128, true",
    "ec2.eu-west-1.amazonaws.com, amazonaws.com, proxy:3128, true",
    "ec2.eu-west-1.amazonaws.com, *.amazonaws.com, proxy:3128, true",
    "ec2.eu-west-1.amazonaws.com, '10.0.0.1,ec2.eu-west-1.amazonaws.com', proxy:3128, true",
    "ec2.eu-west-1.amazonaws.com, *, proxy:3128, true",
    "ec2.eu-west-1.amazonaws.com, azonaws.com, proxy:3128, false",
    "ec2.eu-west-1.amazonaws.com, example.com, proxy:3128, false",
  })
  void theProxyVariablesAreThoseOfEveryTool(
      String host, String noProxy, String proxy, boolean bypassed) {
    var env = Map.of("HTTPS_PROXY", "http://user:pw@" + proxy, "no_proxy", noProxy);
    var settings = ProxySettings.from(env, "https").orElseThrow();
    assertThat(settings.port()).isEqualTo(3128);
    assertThat(settings.bypassed(host)).isEqualTo(bypassed);
    assertThat(ProxySettings.from(env, "http")).isEmpty();
  }

  @Test
  void aFaultlessCreationGoesThroughItsPhasesInOrder() {
    var eni = FakeEc2.eni("eni-2", Map.of());
    var wanted =
        new NewEni(
            "d",
            PRIMARY,
            List.of(),
            AddressKind.SECONDARY_IP,
            1,
            new TreeMap<>(),
            EniView.Tracking.NONE,
            "t");
    EniCreation.Phase phase = new EniCreation.Creating(wanted, List.of());
    var outcomes =
        List.of(
            new EniCreation.Created(eni),
            new EniCreation.Attached("at", new Slot(0, 1)),
            new EniCreation.Done(),
            new EniCreation.Done());
    var names = new ArrayList<String>();
    for (var outcome : outcomes) {
      phase = EniCreation.next(phase, outcome, "i-1", false);
      names.add(phase.getClass().getSimpleName());
    }
    assertThat(names).containsExactly("Attaching", "Marking", "Appearing", "Ready");
    assertThat(((EniCreation.Ready) phase).eni().id()).isEqualTo(new EniId("eni-2"));
  }
}
