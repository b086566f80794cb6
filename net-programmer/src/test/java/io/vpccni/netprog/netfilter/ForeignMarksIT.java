package io.vpccni.netprog.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.netfilter.DesiredNetfilter.Randomization;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a connection's mark, only our bits are ours. */
class ForeignMarksIT extends NetfilterNamespace {
  /**
   * Another agent, which marks a connection before us and sees behind us what has become of it. The
   * packets' own bits are shown by {@link NetfilterIT}.
   */
  private static final String OTHER_AGENT =
      """
      table ip other {
        chain marks {
          type filter hook prerouting priority mangle; policy accept;
          iifname "eni*" ct mark set 0x02000000
        }
        chain seen {
          type filter hook prerouting priority dstnat + 50; policy accept;
          ip daddr 192.0.2.1 ct mark 0x02000080 counter
          ip daddr 10.0.9.9 ct mark 0x02000000 counter
        }
      }
      """;

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void onlyOurBitsOfAConnectionsMarkAreSet(String variant) throws Exception {
    netfilter(variant).apply(desired(node(false, true), Randomization.FULLY));
    inside.succeed(List.of("nft", "-f", "-"), OTHER_AGENT);
    podBehindEni0();
    pingsInAndOutOfTheVpc();
    assertThat(packetsSeen())
        .as("one leaves the VPC and is marked, the other stays in it")
        .contains("mark 0x02000080 counter packets 1 ", "mark 0x02000000 counter packets 1 ");
  }
}
