package io.vpccni.ipamd.pool.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.DurableForm;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code ENABLE_PREFIX_DELEGATION} is switched with pods running, pods gone and addresses cooling.
 */
class ToggleTest {
  private static final Targets TARGETS = new Targets(1, 2, 0, 1);
  private static final Duration REST = Duration.ofSeconds(30);

  @Test
  void aSingleAddressThatCoolsIsNeitherGivenAwayNorGivenBackUnderPrefixes() {
    var node = Scenario.m5large(TARGETS).starts().pods(3).settled().shape("5");
    var rests = node.ipOf("p2");
    node.dels("p2");
    restart(node, AddressKind.IPV4_PREFIX).after(REST.minusSeconds(1));
    assertThat(node.ec2.get(FakeEc2.PRIMARY).cidrs()).contains(rests.asCidr());
    node.adds("new");
    assertThat(node.ipOf("new")).isNotEqualTo(rests);
    assertThat(node.eni("eni-0").blockOf(node.ipOf("new")).orElseThrow().single()).isFalse();
    node.settled();
    // Two pods keep their single addresses; the rested one went back to EC2.
    assertThat(node.ec2.get(FakeEc2.PRIMARY).cidrs()).doesNotContain(rests.asCidr());
    assertThat(node.eni("eni-0").singles().assigned()).isEqualTo(2);
  }

  @Test
  void aPrefixWithACoolingAddressStaysUntilItHasRested() {
    var node = Scenario.prefixes(TARGETS).starts().pods(1).settled();
    var rests = node.ipOf("p0");
    node.dels("p0");
    restart(node, AddressKind.SECONDARY_IP).after(REST.minusSeconds(1));
    assertThat(node.eni("eni-0").blockOf(rests)).isPresent();
    node.adds("new");
    assertThat(node.eni("eni-0").blockOf(node.ipOf("new")).orElseThrow().single()).isTrue();
    node.settled();
    assertThat(node.eni("eni-0").prefixes().blocks()).isZero();
    assertThat(node.ec2.get(FakeEc2.PRIMARY).cidrs()).allMatch(cidr -> cidr.single());
  }

  @Test
  void podsOfTheOtherModeKeepTheirAddressesThroughEverySwitch() {
    var node = Scenario.m5large(TARGETS).starts().adds("single").settled();
    var single = node.ipOf("single");
    restart(node, AddressKind.IPV4_PREFIX).adds("prefixed").settled();
    var prefixed = node.ipOf("prefixed");
    restart(node, AddressKind.SECONDARY_IP).settled();
    restart(node, AddressKind.IPV4_PREFIX).settled();
    assertThat(held(node, "single")).isEqualTo(single);
    assertThat(held(node, "prefixed")).isEqualTo(prefixed);
    assertThat(node.ec2.get(FakeEc2.PRIMARY).cidrs())
        .contains(single.asCidr())
        .anyMatch(cidr -> !cidr.single() && cidr.contains(prefixed));
  }

  @Test
  void whatOnlyTheOtherModeCanUseDoesNotCountAsAvailable() {
    var node = Scenario.m5large(TARGETS).starts().pods(3).settled();
    restart(node, AddressKind.IPV4_PREFIX);
    // Before the unusable addresses have gone: only the new prefix counts.
    assertThat(node.free()).isEqualTo(16);
    assertThat(PoolViews.of(node.state).numbers().assigned()).isEqualTo(3);
  }

  @Test
  void onFullEnisPrefixesComeAtOnceAndAnAddWaitsForThem() {
    var node = Scenario.m5large(TARGETS).starts().pods(25).settled().shape("9,9,9");
    for (int pod = 3; pod < 25; pod++) node.dels("p" + pod);
    node.after(REST.plusSeconds(1)).shape("9,9,9");
    restart(node, AddressKind.IPV4_PREFIX);
    node.adds("new");
    assertThat(node.refusal("new")).as("an ADD waits, and is not refused").isEmpty();
    node.after(Duration.ofSeconds(3));
    assertThat(node.eni("eni-0").blockOf(node.ipOf("new"))).isNotNull();
    assertThat(node.ipOf("new").toString()).startsWith("10.1.0.");
  }

  @Test
  void onFullEnisSingleAddressesComeAtOnceToo() {
    var node = Scenario.prefixes(new Targets(1, 0, 432, 1)).starts().pods(1).settled();
    node.shape("9,9,9");
    restart(node, AddressKind.SECONDARY_IP);
    node.adds("new");
    assertThat(node.refusal("new")).as("an ADD waits, and is not refused").isEmpty();
    node.after(Duration.ofSeconds(3));
    assertThat(node.ipOf("new").toString()).startsWith("10.0.0.");
  }

  @ParameterizedTest(name = "to {0}")
  @CsvSource({"IPV4_PREFIX,true,prefixes", "SECONDARY_IP,false,single addresses"})
  void anAddThatTimesOutMeanwhileNamesTheChangeOfMode(
      AddressKind kind, String setting, String wanted) {
    var node = partOfTheOtherKindIsReleased(kind).after(REST.plusSeconds(1));
    node.ec2.silent.add(UnassignAddresses.class);
    restart(node, kind, 1, 2).adds("new").after(Duration.ofSeconds(16));
    node.refused("new", AssignReply.Reason.TIMED_OUT);
    assertThat(node.refusal("new"))
        .contains("ENABLE_PREFIX_DELEGATION is " + setting + " now")
        .contains("of the mode before fill all slots that " + wanted + " need")
        .contains("they are being given back to EC2");
  }

  @ParameterizedTest(name = "to {0}")
  @EnumSource(names = {"IPV4_PREFIX", "SECONDARY_IP"})
  void anAddWaitsForASlotThatIsFreedInTimeAndElseIsToldWhen(AddressKind kind) {
    var node = partOfTheOtherKindIsReleased(kind);
    restart(node, kind, 1, 2).adds("early").refused("early", AssignReply.Reason.NO_ADDRESS);
    assertThat(node.refusal("early"))
        .contains("of the mode before fill all slots")
        .contains("EC2 is asked to take back the first of them in 30 s");
    node.after(REST.minusSeconds(10)).adds("late").unanswered("late");
    node.after(Duration.ofSeconds(14));
    assertThat(node.adds.get("late")).isInstanceOf(AssignReply.Granted.class);
  }

  @ParameterizedTest(name = "to {0}")
  @CsvSource({"IPV4_PREFIX,16", "SECONDARY_IP,1"})
  void asManyWaitForASlotThatIsBeingFreedAsItHasAddresses(AddressKind kind, int addresses) {
    var node = partOfTheOtherKindIsReleased(kind).after(REST.plusSeconds(1));
    node.ec2.silent.add(UnassignAddresses.class);
    restart(node, kind, 1, 2);
    for (int call = 0; call <= addresses; call++) node.adds("new" + call);
    node.unanswered("new" + (addresses - 1));
    node.refused("new" + addresses, AssignReply.Reason.NO_ADDRESS);
    assertThat(node.refusal("new" + addresses)).contains("they are being given back to EC2");
  }

  @ParameterizedTest(name = "to {0}")
  @EnumSource(names = {"IPV4_PREFIX", "SECONDARY_IP"})
  void whatEc2RefusesToTakeBackIsNotWaitedFor(AddressKind kind) {
    var node = partOfTheOtherKindIsReleased(kind);
    restart(node, kind, 1, 2).ec2.fail(FailureKind.PERMANENT, "InvalidParameterValue");
    node.after(REST.plusSeconds(5)).adds("new").refused("new", AssignReply.Reason.NO_ADDRESS);
    assertThat(node.refusal("new"))
        .contains("EC2 is asked to take back the first of them in 25 s")
        .doesNotContain("being given back");
  }

  /**
   * Returns a node with both slots full of the kind that is left, where one has just lost its pods.
   */
  private static Scenario partOfTheOtherKindIsReleased(AddressKind next) {
    var single = next != AddressKind.SECONDARY_IP;
    var former = single ? AddressKind.SECONDARY_IP : AddressKind.IPV4_PREFIX;
    var settings = DefaultSettings.pool().withTargets(TARGETS).withKind(former);
    var node = new Scenario(settings).limits(1, 2).starts().pods(single ? 2 : 20);
    return node.shape("2").pods(single ? 1 : 16);
  }

  @Test
  void aRefusalThatHasAnotherCauseDoesNotBlameTheMode() {
    var node = new Scenario(DefaultSettings.pool().withTargets(TARGETS)).limits(1, 2).starts();
    node.adds("a", "b", "c").refused("c", AssignReply.Reason.NO_ADDRESS);
    assertThat(node.refusal("c")).doesNotContain("ENABLE_PREFIX_DELEGATION");
  }

  private static Ip held(Scenario node, String pod) {
    return node.state
        .ledger()
        .holding(Scenario.attachment(pod))
        .orElseThrow()
        .addresses()
        .getFirst()
        .ip();
  }

  /** Returns a new process with the other setting, and all that the old one wrote down. */
  private static Scenario restart(Scenario node, AddressKind kind) {
    return restart(node, kind, 3, 9);
  }

  private static Scenario restart(Scenario node, AddressKind kind, int enis, int slots) {
    var durable = DurableForm.of(node.state);
    node.state = PoolState.initial(DefaultSettings.pool().withTargets(TARGETS).withKind(kind));
    node.limits(enis, slots);
    return node.starts(durable);
  }
}
