package io.vpccni.ipamd.pool.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which address of a CIDR is next, and what its addresses count as. */
class BlockTest {
  private static final Instant NOW = Scenario.START;
  private static final Instant BEFORE = NOW.minusSeconds(3600);
  private static final Attachment POD = Scenario.attachment("a");

  private static Block block(String cidr) {
    return Block.fresh(Cidr.parse(cidr), BEFORE);
  }

  private static Block all(Block of, AddressState use) {
    var block = of;
    for (long i = 0; i < block.cidr().size(); i++) {
      block = block.with(block.cidr().address(i), use);
    }
    return block;
  }

  private static AddressState rested(int secondsAgo) {
    return new AddressState.Rested(NOW.minusSeconds(secondsAgo));
  }

  @Test
  void whatRestsTheLongestComesFirstAndOfEqualsTheLowest() {
    var block =
        all(block("10.0.0.0/28"), new AddressState.Assigned(POD))
            .with(Ip.parse("10.0.0.9"), rested(20))
            .with(Ip.parse("10.0.0.4"), rested(30))
            .with(Ip.parse("10.0.0.7"), rested(30))
            .with(Ip.parse("10.0.0.2"), rested(10));
    assertThat(block.oldestFree()).contains(Ip.parse("10.0.0.4"));
    assertThat(block.freeSince()).isEqualTo(NOW.minusSeconds(30));
  }

  @Test
  void whatWasNeverUsedIsFreeSinceTheBlockIsOurs() {
    assertThat(block("10.0.0.0/28").freeSince()).isEqualTo(BEFORE);
    var block = block("10.0.0.0/28").with(Ip.parse("10.0.0.0"), rested(10));
    assertThat(block.oldestFree()).contains(Ip.parse("10.0.0.1"));
    assertThat(block.freeSince()).isEqualTo(BEFORE);
    assertThat(block("10.0.0.7/32").freeSince()).isEqualTo(BEFORE);
    var single = block("10.0.0.7/32").with(Ip.parse("10.0.0.7"), rested(10));
    assertThat(single.freeSince()).isEqualTo(NOW.minusSeconds(10));
  }

  @Test
  void anIpv4PrefixIsFilledFromTheLowestOnWhereverTheLastPodWas() {
    var block = block("10.0.0.0/28").with(Ip.parse("10.0.0.9"), new AddressState.Assigned(POD));
    assertThat(block.oldestFree()).contains(Ip.parse("10.0.0.0"));
  }

  @Test
  void anIpv6PrefixGoesOnAfterTheLastPod() {
    var block =
        block("2001:db8::/80").with(Ip.parse("2001:db8::9"), new AddressState.Assigned(POD));
    assertThat(block.oldestFree()).contains(Ip.parse("2001:db8::a"));
    var quarantined =
        block.with(Ip.parse("2001:db8::a"), new AddressState.Quarantined("veth", NOW));
    assertThat(quarantined.oldestFree()).contains(Ip.parse("2001:db8::b"));
    assertThat(
            quarantined.with(Ip.parse("2001:db8::5"), new AddressState.Cooling(NOW)).oldestFree())
        .as("only a pod moves on")
        .contains(Ip.parse("2001:db8::b"));
  }

  @Test
  void whatTheHostHasOfAPrefixIsSkippedAndNotCounted() {
    var prefix = block("2001:db8::/80");
    var hosts = List.of(Cidr.parse("2001:db8::/96"), Cidr.parse("2001:db8::1:0:0/96"));
    var first = Ip.parse("2001:db8::2:0:0");
    assertThat(prefix.withHosts(hosts).oldestFree()).contains(first);
    assertThat(prefix.withHosts(hosts).tally().free()).isEqualTo((1L << 48) - (1L << 33));
    assertThat(prefix.withHosts(hosts).with(first, new AddressState.Cooling(NOW)).oldestFree())
        .contains(first.plus(1));
    // The pod had it first, and the quarantined one is of the host's.
    var used =
        prefix
            .with(Ip.parse("2001:db8::7"), new AddressState.Assigned(POD))
            .with(Ip.parse("2001:db8::8"), new AddressState.Quarantined("lo", NOW));
    assertThat(used.withHosts(hosts).tally().free()).isEqualTo((1L << 48) - (1L << 33));
    assertThat(used.withHosts(hosts).oldestFree()).contains(first);
    var rested = used.with(Ip.parse("2001:db8::9"), rested(9));
    assertThat(rested.withHosts(hosts).tally().free()).isEqualTo((1L << 48) - (1L << 33));
  }

  /** All but the first two addresses are the host's, as the siblings of ever smaller blocks. */
  @Test
  void whatIsTheHostsIsNotUsedAgainThoughItHasRestedTheLongest() {
    var first = Ip.parse("2001:db8::");
    var hosts = new ArrayList<Cidr>();
    for (int prefix = 81; prefix < 128; prefix++) {
      hosts.add(new Cidr(first.plus(1L << (128 - prefix)), prefix));
    }
    var block = block("2001:db8::/80").withHosts(hosts);
    assertThat(block.tally().free()).isEqualTo(2);
    var used =
        block
            .with(first, new AddressState.Assigned(POD))
            .with(first.plus(1), rested(10))
            .with(first.plus(2), rested(20));
    assertThat(used.tally().free()).isOne();
    assertThat(used.oldestFree()).contains(first.plus(1));
  }

  @Test
  void aPrefixThatTheHostHasAsAWholeHasNothingFree() {
    var block = block("2001:db8::/80").withHosts(List.of(Cidr.parse("2001:db8::/80")));
    assertThat(block.oldestFree()).isEmpty();
    assertThat(block.free()).isFalse();
    assertThat(block.tally().free()).isZero();
    assertThat(block.withHosts(List.of()).oldestFree()).contains(Ip.parse("2001:db8::"));
  }

  @Test
  void theSearchBeginsAnewWhereTheHostHasTheEndOfAPrefix() {
    var end = List.of(Cidr.parse("2001:db8::8000:0:0/81"));
    var block =
        block("2001:db8::/80")
            .withHosts(end)
            .with(Ip.parse("2001:db8::7fff:ffff:ffff"), new AddressState.Assigned(POD));
    assertThat(block.oldestFree()).contains(Ip.parse("2001:db8::"));
  }

  @Test
  void afterItsLastAddressAnIpv6PrefixBeginsAnew() {
    var cidr = Cidr.parse("2001:db8::/80");
    var block =
        Block.fresh(cidr, BEFORE)
            .with(cidr.address(cidr.size() - 1), new AddressState.Assigned(POD));
    assertThat(block.oldestFree()).contains(cidr.network());
  }

  /** The agent's memory must not grow with every pod there ever was. */
  @Test
  void ofManyRestedAddressesAnIpv6PrefixRemembersFew() {
    var block = block("2001:db8::/80");
    for (long i = 0; i < 1000; i++) {
      var ip = block.cidr().address(i);
      block = block.with(ip, new AddressState.Assigned(POD)).with(ip, rested(0));
    }
    assertThat(block.uses().size()).isEqualTo(64);
    assertThat(block.oldestFree()).contains(block.cidr().address(1000));
  }

  @Test
  void whatIsGivenBackIsGivenToNobody() {
    var block = block("10.0.0.0/28").with(Ip.parse("10.0.0.1"), new AddressState.Assigned(POD));
    var leaving = block.in(BlockState.LEAVING);
    assertThat(leaving.oldestFree()).isEmpty();
    assertThat(leaving.free()).isFalse();
    assertThat(leaving.tally()).isEqualTo(new Tally(1, 0, 0, 1, 0, 0, 15));
    assertThat(leaving.in(BlockState.LIVE).tally()).isEqualTo(block.tally());
    assertThat(block("10.0.0.0/28").in(BlockState.LEAVING).tally())
        .isEqualTo(new Tally(1, 0, 0, 0, 0, 0, 16));
  }

  @ParameterizedTest(name = "{0} is free as a whole: {1}")
  @CsvSource({"ASSIGNED, 0", "COOLING, 0", "QUARANTINED, 0", "RESTED, 1"})
  void eachUseIsCounted(String what, int whole) {
    var use =
        switch (what) {
          case "ASSIGNED" -> new AddressState.Assigned(POD);
          case "COOLING" -> new AddressState.Cooling(NOW);
          case "QUARANTINED" -> new AddressState.Quarantined("veth", NOW);
          default -> rested(5);
        };
    var block = block("10.0.0.0/28").with(Ip.parse("10.0.0.3"), use);
    assertThat(block.tally().freeBlocks()).isEqualTo(whole);
    assertThat(block.unused()).isEqualTo(whole == 1);
    assertThat(block.tally().free()).isEqualTo(15 + whole);
    assertThat(block.free()).isTrue();
    assertThat(all(block, use).free()).isEqualTo(whole == 1);
    assertThat(all(block, use).tally().assigned()).isEqualTo(what.equals("ASSIGNED") ? 16 : 0);
    assertThat(all(block, use).tally().cooling()).isEqualTo(what.equals("COOLING") ? 16 : 0);
    assertThat(all(block, use).tally().quarantined())
        .isEqualTo(what.equals("QUARANTINED") ? 16 : 0);
  }

  @ParameterizedTest(name = "EC2 gives {0}: {1}")
  @CsvSource({
    "10.0.0.7/32, true",
    "10.0.0.16/28, true",
    "10.0.0.0/27, false",
    "10.0.0.0/29, false",
    "2001:db8::/80, true",
    "2001:db8::1/128, true",
    "2001:db8::/64, false",
  })
  void onlyThese(String cidr, boolean gives) {
    assertThat(Block.possible(Cidr.parse(cidr))).isEqualTo(gives);
  }
}
