package io.vpccni.ipamd.pool.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pod.HostAddress;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.VethView;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A local route to a block makes the kernel deliver packets for each of its addresses to the host.
 */
class HostBlocksTest {
  private static final Duration AUDITS = Duration.ofMinutes(5);

  private static Scenario node() {
    return new Scenario(DefaultSettings.pool().withTargets(new Targets(0, 4, 0, 0))).limits(3, 49);
  }

  private static Scenario with(Scenario node, Cidr block) {
    node.localBlocks.add(new HostAddress(block, "lo"));
    return node;
  }

  /** The block around the first address that the pool has. */
  private static Cidr around(Scenario node, int prefix) {
    return new Cidr(node.ec2.get(FakeEc2.PRIMARY).cidrs().iterator().next().network(), prefix);
  }

  @Test
  void theAddressesOfABlockAreNoSignOfSoftwareThatTakesAll() {
    var node = node().starts().settled();
    with(node, around(node, 26)).after(AUDITS).settled();
    assertThat(quarantined(node)).isGreaterThanOrEqualTo(16);
    assertThat(node.condition(Condition.Name.HOST_TAKES_ADDRESSES)).isEmpty();
    assertThat(node.free()).as("others are kept ready").isGreaterThanOrEqualTo(4);
  }

  @Test
  void onlyThoseOfOursInItAreQuarantinedUntilTheRouteHasGone() {
    var node = node().starts().settled();
    with(node, around(node, 8)).after(AUDITS);
    assertThat(quarantined(node))
        .isEqualTo(
            node.state.ledger().enis().values().stream()
                .mapToLong(eni -> eni.blocks().size())
                .sum());
    node.localBlocks.clear();
    node.after(AUDITS);
    assertThat(quarantined(node)).isZero();
  }

  /** Whatever EC2 assigns in such a subnet is the host's, also what a waiting pod asks for. */
  @Test
  void aBlockOverTheSubnetEndsGrowthUntilTheRouteHasGone() {
    var node = node().starts().settled();
    var shape = node.shape();
    with(node, around(node, 8)).settled();
    node.shape(shape);
    assertThat(node.condition(Condition.Name.HOST_TAKES_ADDRESSES))
        .hasValueSatisfying(
            told ->
                assertThat(told.detail())
                    .isEqualTo(
                        "a local route gives 10.0.0.0/8 to link lo of the node, which covers subnet subnet-1 of network card 0, so no more addresses are kept ready there: remove the route"));
    node.adds("a").settled();
    node.shape(shape);
    assertThat(node.refusal("a"))
        .contains("a local route gives 10.0.0.0/8, with the subnet, to link lo of the node");

    node.localBlocks.clear();
    node.settled();
    assertThat(node.condition(Condition.Name.HOST_TAKES_ADDRESSES)).isEmpty();
    node.adds("b");
    assertThat(node.adds.get("b")).isInstanceOf(AssignReply.Granted.class);
  }

  @Test
  void noAddressOfAnIpv6PrefixInABlockIsGivenToAPod() {
    var node = new Scenario(DefaultSettings.pool().withKind(AddressKind.IPV6_PREFIX));
    node.limits(3, 9).starts().settled();
    with(node, around(node, 64)).after(AUDITS);
    node.adds("a").settled();
    assertThat(node.adds.get("a")).isInstanceOf(AssignReply.Refused.class);

    node.localBlocks.clear();
    node.settled().adds("b");
    assertThat(node.adds.get("b")).isInstanceOf(AssignReply.Granted.class);
  }

  private static Scenario ipv6Node() {
    return new Scenario(DefaultSettings.pool().withKind(AddressKind.IPV6_PREFIX))
        .limits(3, 9)
        .starts()
        .settled();
  }

  @Test
  void theRestOfAnIpv6PrefixServesPodsAndOnlyTheRestCountsAsFree() {
    var node = ipv6Node();
    var block = around(node, 96);
    with(node, block).after(AUDITS);
    assertThat(node.free()).isEqualTo((1L << 48) - (1L << 32));
    node.adds("a", "b");
    for (var pod : List.of("a", "b")) {
      assertThat(block.contains(node.ipOf(pod))).as(pod).isFalse();
    }
    assertThat(node.free()).isEqualTo((1L << 48) - (1L << 32) - 2);
    node.shape("1");

    node.localBlocks.clear();
    node.after(AUDITS);
    assertThat(node.free()).as("all but the pods' are free again").isEqualTo((1L << 48) - 2);
  }

  @Test
  void ofAPrefixThatComesAfterTheListOnlyTheRestIsGivenAwayAsWell() {
    var node = new Scenario(DefaultSettings.pool().withKind(AddressKind.IPV6_PREFIX)).limits(3, 9);
    var block = Cidr.parse("2001:db8:0:0:1::/96");
    with(node, block).ec2.fail(FailureKind.NOT_ASKED, "Paused");
    node.starts();
    assertThat(node.shape()).as("the list has come, and no prefix yet").isEqualTo("0");
    node.adds("a").after(Duration.ofMinutes(1));
    assertThat(node.ipOf("a")).isEqualTo(Ip.parse("2001:db8:0:0:1:1::"));
    assertThat(node.free()).isEqualTo((1L << 48) - (1L << 32) - 1);
  }

  /** The node has one prefix, and no other would come. */
  @ParameterizedTest
  @ValueSource(ints = {64, 80})
  void withAllOfItsPrefixOnTheHostAnAddOfAnIpv6NodeIsRefusedAtOnceByName(int prefix) {
    var node = ipv6Node();
    var block = around(node, prefix);
    with(node, block).after(AUDITS);
    assertThat(node.free()).isZero();
    node.adds("a");
    assertThat(node.refusal("a"))
        .contains(
            "a local route gives %s to link lo of the node, and with it all of the prefix %s: remove the route"
                .formatted(block, around(node, 80)));
    node.shape("1");

    node.localBlocks.clear();
    node.after(AUDITS).adds("b");
    assertThat(node.adds.get("b")).isInstanceOf(AssignReply.Granted.class);
  }

  @Test
  void aPodWhoseAddressLiesInABlockIsTold() {
    var node = node().starts().adds("a").settled();
    with(node, around(node, 20)).after(AUDITS);
    assertThat(node.condition(Condition.Name.ADDRESS_ON_HOST))
        .hasValueSatisfying(told -> assertThat(told.detail()).contains("link lo of the node"));
  }

  /** Each quarantined address is stored, and an IPv6 prefix has 2^48 of them. */
  @Test
  void ofAnIpv6PrefixAFewAreQuarantined() {
    var prefix = Cidr.parse("2001:db8::/80");
    var view = view(new HostAddress(Cidr.parse("2001:db8::/64"), "lo"));
    assertThat(view.hostLinksIn(prefix)).hasSize(256).containsEntry(prefix.network(), "lo");
    assertThat(view.hostLink(Ip.parse("2001:db8::ffff:1"))).contains("lo");
    assertThat(view.hostLink(Ip.parse("2001:db9::1"))).isEmpty();
  }

  private static VethView view(HostAddress block) {
    return new VethView(Instant.EPOCH, Map.of(), Set.of(), Map.of(), List.of(block));
  }

  private static long quarantined(Scenario node) {
    return node.state.ledger().enis().values().stream()
        .flatMap(eni -> eni.blocks().values().stream())
        .map(Block::uses)
        .flatMap(uses -> uses.values().stream())
        .filter(AddressState.Quarantined.class::isInstance)
        .count();
  }
}
