package io.vpccni.ipamd.pool.size;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * These are the worked scenarios of the IPAM specification, section 5.12, played through the whole
 * pool.
 */
class WorkedScenariosTest {
  /**
   * Each row is a node that had so many pods before. Pre-scaling and the first tick are one
   * decision here; a surplus goes as whole ENIs where that does it, so only its sum is the table's.
   */
  @ParameterizedTest(name = "5.12 A, m5.large, W 5, M 10: from {0} to {1} pods")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | 0  | 9,1   | 10 | 10
          0  | 5  | 9,1   | 10 | 5
          0  | 6  | 9,2   | 11 | 5
          0  | 11 | 9,7   | 16 | 5
          6  | 11 | 9,7   | 16 | 5
          0  | 13 | 9,9   | 18 | 5
          13 | 14 | 9,9,1 | 19 | 5
          0  | 22 | 9,9,9 | 27 | 5
          22 | 23 | 9,9,9 | 27 | 4
          22 | 27 | 9,9,9 | 27 | 0
          22 | 4  |       | 10 | 6
          22 | 0  |       | 10 | 10
          27 | 0  |       | 10 | 10
          """)
  void scenarioA(int before, int pods, String shape, long total, long free) {
    var node = Scenario.m5large(new Targets(1, 5, 10, 0)).maxPods(29).starts();
    node.pods(before).settled().pods(pods).settled();
    if (shape != null) {
      node.shape(shape);
    }
    assertThat(PoolViews.of(node.state).numbers().total()).isEqualTo(total);
    assertThat(node.free()).isEqualTo(free);
    var full = node.condition(Condition.Name.ENI_LIMIT_REACHED).map(Condition::detail);
    assertThat(full)
        .as("a warm target beyond the limit is no news as long as pods get addresses")
        .isEqualTo(
            free > 0
                ? Optional.empty()
                : Optional.of(
                    "network card 0 has the 3 ENIs that it may have, and none of their 27"
                        + " addresses is free"));
  }

  @Test
  void scenarioA_the28thPodIsRefused() {
    var node = Scenario.m5large(new Targets(1, 5, 10, 0)).maxPods(29).starts().pods(27).settled();
    node.adds("28th").refused("28th", AssignReply.Reason.NO_ADDRESS);
  }

  @ParameterizedTest(name = "5.12 B, m5.large, defaults: from {0} to {1} pods")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | 0  | 9     | 9  | 9
          0  | 1  | 9,9   | 18 | 17
          1  | 9  | 9,9   | 18 | 9
          9  | 10 | 9,9,9 | 27 | 17
          10 | 19 | 9,9,9 | 27 | 8
          19 | 0  | 9     | 9  | 9
          """)
  void scenarioB(int before, int pods, String shape, long total, long free) {
    var node = Scenario.m5large().starts().pods(before).settled().pods(pods).settled().shape(shape);
    assertThat(PoolViews.of(node.state).numbers().total()).isEqualTo(total);
    assertThat(node.free()).isEqualTo(free);
    // Whole ENIs come and go, single addresses never.
    assertThat(node.asked(UnassignAddresses.class)).isEmpty();
    assertThat(node.asked(FreeEni.class)).hasSize(pods < before ? 2 : 0);
  }

  @ParameterizedTest(name = "5.12 C, PD, P {0} W {1} M {2}: {3} pods")
  @CsvSource({
    "1, 0, 0, 0, 1",
    "1, 0, 0, 1, 2",
    "1, 0, 0, 16, 2",
    "1, 0, 0, 17, 3",
    "1, 0, 0, 33, 4",
    "1, 5, 10, 0, 1",
    "1, 5, 10, 11, 1",
    "1, 5, 10, 12, 2",
    "1, 5, 10, 28, 3",
    "1, 16, 0, 0, 1",
    "1, 16, 0, 1, 2",
    "1, 16, 0, 17, 3",
    "1, 7, 20, 0, 2",
    "1, 7, 20, 25, 2",
    "1, 7, 20, 26, 3",
  })
  void scenarioC(int warmPrefix, int warm, int minimum, int pods, int prefixes) {
    var targets = new Targets(1, warm, minimum, warmPrefix);
    var node = Scenario.prefixes(targets).maxPods(110).starts().settled();
    var atFirst = node.shape();
    node.pods(pods).settled().shape(String.valueOf(prefixes));
    node.pods(0).settled().shape(atFirst);
  }

  @ParameterizedTest(name = "5.12 D, {0} ENIs of {1}, E {2} W {3} M {4}: {5} pods")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3  | 3  | 1 | 0 | 0  | 0  | 3        | 3
          3  | 3  | 1 | 0 | 0  | 5  | 3,3,3    | 4
          3  | 3  | 1 | 0 | 0  | 9  | 3,3,3    | 0
          3  | 3  | 1 | 1 | 1  | 0  | 1        | 1
          3  | 3  | 1 | 1 | 1  | 5  | 3,3      | 1
          3  | 3  | 1 | 1 | 1  | 9  | 3,3,3    | 0
          3  | 3  | 1 | 2 | 5  | 0  | 3,2      | 5
          3  | 3  | 1 | 2 | 5  | 5  | 3,3,1    | 2
          3  | 3  | 1 | 2 | 5  | 9  | 3,3,3    | 0
          15 | 49 | 1 | 0 | 0  | 0  | 49       | 49
          15 | 49 | 1 | 0 | 0  | 3  | 49,49    | 95
          15 | 49 | 1 | 0 | 0  | 95 | 49,49,49 | 52
          15 | 49 | 1 | 5 | 10 | 0  | 10       | 10
          15 | 49 | 1 | 5 | 10 | 7  | 12       | 5
          15 | 49 | 1 | 5 | 10 | 15 | 20       | 5
          15 | 49 | 1 | 5 | 10 | 45 | 49,1     | 5
          """)
  void scenarioD(
      int enis, int slots, int warmEni, int warm, int minimum, int pods, String shape, long free) {
    var settings = DefaultSettings.pool().withTargets(new Targets(warmEni, warm, minimum, 0));
    var node = new Scenario(settings).limits(enis, slots).starts().settled();
    node.pods(pods).settled().shape(shape);
    assertThat(node.free()).isEqualTo(free);
  }

  @ParameterizedTest(name = "5.12 D, PD, {0} ENIs of {1}, P {2} W {3} M {4}: {5} pods")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3  | 3  | 1 | 0 | 0  | 0  | 1   | 16
          3  | 3  | 1 | 0 | 0  | 5  | 2   | 27
          3  | 3  | 1 | 0 | 0  | 16 | 2   | 16
          3  | 3  | 1 | 0 | 0  | 17 | 3   | 31
          3  | 3  | 1 | 0 | 0  | 58 | 3,2 | 22
          3  | 3  | 1 | 1 | 1  | 0  | 1   | 16
          3  | 3  | 1 | 1 | 1  | 5  | 1   | 11
          3  | 3  | 1 | 1 | 1  | 17 | 2   | 15
          3  | 3  | 1 | 1 | 1  | 58 | 3,1 | 6
          3  | 3  | 1 | 7 | 20 | 0  | 2   | 32
          3  | 3  | 1 | 7 | 20 | 5  | 2   | 27
          3  | 3  | 1 | 7 | 20 | 17 | 2   | 15
          3  | 3  | 1 | 7 | 20 | 58 | 3,2 | 22
          15 | 49 | 1 | 0 | 0  | 0  | 1   | 16
          15 | 49 | 1 | 0 | 0  | 3  | 2   | 29
          15 | 49 | 1 | 0 | 0  | 95 | 7   | 17
          15 | 49 | 1 | 5 | 10 | 0  | 1   | 16
          15 | 49 | 1 | 5 | 10 | 7  | 1   | 9
          15 | 49 | 1 | 5 | 10 | 15 | 2   | 17
          15 | 49 | 1 | 5 | 10 | 45 | 4   | 19
          """)
  void scenarioDWithPrefixes(
      int enis,
      int slots,
      int warmPrefix,
      int warm,
      int minimum,
      int pods,
      String shape,
      long free) {
    var settings =
        DefaultSettings.pool()
            .withKind(AddressKind.IPV4_PREFIX)
            .withTargets(new Targets(1, warm, minimum, warmPrefix));
    var node = new Scenario(settings).limits(enis, slots).starts().settled();
    node.pods(pods).settled().shape(shape);
    assertThat(node.free()).isEqualTo(free);
  }

  @ParameterizedTest(name = "5.12 E, custom networking, W {0} M {1}: {2} pods")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 | 0  | 0 | 0,9
          0 | 0  | 1 | 0,9,9
          5 | 10 | 0 | 0,9,1
          5 | 10 | 6 | 0,9,2
          """)
  void scenarioE(int warm, int minimum, int pods, String shape) {
    var node = custom(new Targets(1, warm, minimum, 0));
    node.tell(
        new PoolEvent.EniConfigChanged(
            Optional.of(new CustomNetwork(new SubnetId("subnet-pods"), List.of("sg-1"))),
            node.now));
    node.starts().pods(pods).settled().shape(shape);
  }

  @Test
  void scenarioE_withoutAnEniConfigNothingIsCreatedAndItIsSaid() {
    var node = custom(new Targets(1, 0, 0, 0)).starts().settled().shape("0");
    assertThat(node.condition(Condition.Name.ENI_CONFIG_MISSING)).isPresent();
  }

  @ParameterizedTest(name = "5.12 F, a slot for the trunk, attached {0}: {1} pods")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          false | 0  | 9       | 1
          false | 1  | 9,9     | 2
          false | 10 | 9,9     | 2
          false | 18 | 9,9     | 2
          true  | 10 | 9,9,0   | 3
          """)
  void scenarioF(boolean attached, int pods, String shape, int enis) {
    var node = new Scenario(settings().reserveTrunk().build()).limits(3, 9).starts();
    node.pods(pods).settled();
    if (attached) {
      node.ec2.attach(FakeEc2.eni("eni-trunk", 0, 2, List.of(), EniKind.TRUNK, false, true));
      node.settled();
    }
    node.shape(shape);
    assertThat(PoolViews.of(node.state).cards().getFirst().enis().attached()).isEqualTo(enis);
  }

  @Test
  void underCustomNetworkingLimitsLeaveThePrimaryEniOut() {
    var node = custom(new Targets(1, 0, 0, 0));
    var config = new CustomNetwork(new SubnetId("subnet-pods"), List.of());
    node.starts().tell(new PoolEvent.EniConfigChanged(Optional.of(config), node.now));
    node.pods(18).settled().shape("0,9,9").adds("19th");
    assertThat(node.refusal("19th")).contains("assigned 18,").contains("limit 18,");
    assertThat(node.condition(Condition.Name.ENI_LIMIT_REACHED).map(Condition::detail))
        .contains(
            "network card 0 has the 2 ENIs that it may have besides the primary one, and none of"
                + " their 18 addresses is free");
  }

  private static Scenario custom(Targets targets) {
    return new Scenario(settings().targets(targets).customNetworking().build()).limits(3, 9);
  }
}
