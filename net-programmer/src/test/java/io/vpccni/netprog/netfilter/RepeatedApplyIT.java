package io.vpccni.netprog.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.netfilter.DesiredNetfilter.Egress;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Ipv4Node;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Randomization;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that rules which were applied are read back as equal ones: applying the same settings again
 * changes nothing, whichever way the kernel's tools print them.
 */
class RepeatedApplyIT extends NetfilterNamespace {
  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void applyingTwiceChangesNothingTheSecondTime(String variant) throws Exception {
    var netfilter = netfilter(variant);
    var desired = desired(manyCidrs(), Randomization.FULLY);
    assertThat(netfilter.apply(desired).iptables()).isPositive();
    assertThat(netfilter.apply(desired)).matches(changes -> changes.count() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void anExclusionOfEverythingSurvivesASecondRun(String variant) throws Exception {
    var plain = node(false, true);
    var everything =
        new Ipv4Node(
            plain.primaryIp(), plain.vpcCidrs(), List.of(Cidr.parse("0.0.0.0/0")), false, true);
    var netfilter = netfilter(variant);
    netfilter.apply(desired(everything, Randomization.FULLY));
    assertThat(netfilter.apply(desired(everything, Randomization.FULLY)))
        .matches(changes -> changes.count() == 0);
    assertThat(saved(variant))
        .contains(
            "-A AWS-SNAT-CHAIN-0 -m comment --comment \"AWS SNAT CHAIN EXCLUSION\" -j RETURN");
  }

  @ParameterizedTest
  @CsvSource({
    "iptables-nft, 0xffffffff",
    "iptables-nft, 0x80000000",
    "iptables-nft, 0x7fffffff",
    "iptables-nft, 0x1",
    "iptables-nft, 0xff00",
    "iptables-legacy, 0xffffffff",
    "iptables-legacy, 0x80000000"
  })
  void whateverTheMarkApplyingTwiceChangesNothingTheSecondTime(String variant, String mark)
      throws Exception {
    var everything = List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("10.12.0.7/32"));
    var desired =
        new DesiredNetfilter(
            "eth0",
            Optional.of(
                new Ipv4Node(
                    Ip.parse("10.0.0.4"),
                    List.of(Cidr.parse("10.0.0.0/16")),
                    everything,
                    false,
                    true)),
            Integer.parseUnsignedInt(mark.substring(2), 16),
            List.of("eni"),
            Randomization.NONE,
            Optional.empty(),
            Set.of());
    var netfilter = netfilter(variant);
    netfilter.apply(desired);
    assertThat(netfilter.apply(desired)).matches(changes -> changes.count() == 0);
  }

  private static <T> T oneOf(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static List<Cidr> anyBlocks(Random random) {
    var blocks = List.of("0.0.0.0/0", "128.0.0.0/1", "10.0.0.0/16", "10.12.0.7/32");
    return blocks.stream().filter(_ -> random.nextInt(3) == 0).map(Cidr::parse).toList();
  }

  /** Returns the settings of an IPv4 node, or of an IPv6 node, which has none of its own. */
  private static Optional<Ipv4Node> anyNode(Random random) {
    return random.nextInt(4) == 0
        ? Optional.empty()
        : Optional.of(
            new Ipv4Node(
                Ip.parse("10.0.0.4"),
                anyBlocks(random),
                anyBlocks(random),
                random.nextInt(4) == 0,
                random.nextBoolean()));
  }

  /** Returns egress to the family that the cluster does not use, with or without a way out. */
  private static Optional<Egress> anyEgress(Random random, boolean ipv4Node) {
    if (random.nextInt(3) == 0) return Optional.empty();
    boolean wayOut = random.nextBoolean();
    return Optional.of(
        ipv4Node
            ? new Egress.Ipv6(
                wayOut
                    ? Optional.of(oneOf(random, List.of(Ip.parse("2001:db8::4"), Ip.parse("::1"))))
                    : Optional.empty())
            : new Egress.Ipv4(wayOut ? Optional.of(Ip.parse("10.0.0.4")) : Optional.empty()));
  }

  /** Empty lists, blocks of length 0 and 32, masks of all ones: each is printed in its own way. */
  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void whateverTheSettingsApplyingTwiceChangesNothingTheSecondTime(String variant)
      throws Exception {
    var netfilter = netfilter(variant);
    for (int seed = 0; seed < 20; seed++) {
      var random = new Random(seed * 1_000_003L); // neighbouring seeds begin alike
      var node = anyNode(random);
      var desired =
          new DesiredNetfilter(
              oneOf(random, List.of("eth0", "ens5")),
              node,
              oneOf(random, List.of(0x80, 1, 0x8000_0000, 0x7fff_ffff, 0xff00, -1)),
              oneOf(random, List.of(List.of("eni"), List.of("a", "eni"))),
              oneOf(random, List.of(Randomization.values())),
              anyEgress(random, node.isPresent()),
              Set.of());
      netfilter.apply(desired);
      assertThat(netfilter.apply(desired))
          .as("seed %d: %s", seed, desired)
          .matches(changes -> changes.count() == 0);
    }
  }
}
