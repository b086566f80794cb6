package io.vpccni.netprog.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Randomization;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the order of our rules, their return after somebody removed them, and what they do to a
 * packet. {@code ObservedIT} shows that they equal the reference's.
 */
class NetfilterIT extends NetfilterNamespace {
  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void bothChainsListTheNewestCidrFirstAndTheirLastRuleLast(String variant) throws Exception {
    netfilter(variant).apply(desired(manyCidrs(), Randomization.FULLY));
    var order = Stream.of("10.13.0.0/16", "10.12.0.0/16", "10.11.0.0/16", "10.10.0.0/16").toList();
    assertThat(destinations(saved(variant), "-A AWS-SNAT-CHAIN-0 ")).isEqualTo(order);
    if (variant.equals("iptables-legacy")) {
      assertThat(destinations(saved(variant), "-A AWS-CONNMARK-CHAIN-0 ")).isEqualTo(order);
    }
  }

  private static List<String> destinations(String saved, String chain) {
    return saved
        .lines()
        .filter(line -> line.startsWith(chain) && line.contains(" -d "))
        .map(line -> io.vpccni.netprog.iptables.Rule.parse(line).value("-d"))
        .toList();
  }

  @Test
  void rulesThatSomebodyRemovedComeBackAndContentionIsReportedAndPaused() throws Exception {
    var events = new LinkedBlockingQueue<Event>();
    try (var reconciler =
        new NetfilterReconciler(
            netfilter("iptables-nft"), RulesetChanges.NONE, Duration.ofMillis(100), events::add)) {
      var changes =
          reconciler
              .keep(desired(node(false, true), Randomization.FULLY))
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS);
      assertThat(changes.count()).isPositive();
      Optional<Event.Repaired> contested = Optional.empty();
      for (int round = 0; round < 5 && contested.isEmpty(); round++) {
        inside.succeed(List.of("iptables-nft", "-t", "nat", "-F", "AWS-SNAT-CHAIN-0"), "");
        var repaired = (Event.Repaired) Objects.requireNonNull(events.poll(20, TimeUnit.SECONDS));
        assertThat(repaired.what()).isEqualTo("iptables");
        assertThat(repaired.count()).isEqualTo(2);
        assertThat(saved("iptables-nft")).contains("--to-source 10.0.0.4");
        contested = Optional.of(repaired).filter(Event.Repaired::contested);
      }
      assertThat(contested)
          .get()
          .extracting(Event.Repaired::detail)
          .asString()
          .contains("another program");

      // Nobody removes anything any more: that is told as well.
      var over = Objects.requireNonNull(events.poll(20, TimeUnit.SECONDS));
      assertThat(over).isEqualTo(new Event.Repaired("iptables", 0, false, ""));
    }
  }

  /** An agent that marks packets of pods before us, and sees behind us what has become of it. */
  private static final String OTHER_AGENT =
      """
      table ip other {
        chain marks {
          type filter hook prerouting priority mangle; policy accept;
          iifname "eni*" meta mark set meta mark | 0x01000000
        }
        chain seen {
          type filter hook prerouting priority dstnat + 50; policy accept;
          ip daddr 192.0.2.1 meta mark 0x01000080 counter
          ip daddr 10.0.9.9 meta mark 0x01000000 counter
        }
      }
      """;

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void onlyOurBitsOfAPacketsMarkAreSet(String variant) throws Exception {
    netfilter(variant).apply(desired(node(false, true), Randomization.FULLY));
    inside.succeed(List.of("nft", "-f", "-"), OTHER_AGENT);
    podBehindEni0();
    pingsInAndOutOfTheVpc();
    assertThat(packetsSeen())
        .as("one leaves the VPC and is marked, the other stays in it")
        .contains("mark 0x01000080 counter packets 1 ", "mark 0x01000000 counter packets 1 ");
  }
}
