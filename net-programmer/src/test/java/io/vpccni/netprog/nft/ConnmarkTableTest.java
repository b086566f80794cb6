package io.vpccni.netprog.nft;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.rpc.address.Cidr;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConnmarkTableTest {
  private static ConnmarkTable exempting(String... blocks) {
    return new ConnmarkTable(0x80, List.of("eni"), Stream.of(blocks).map(Cidr::parse).toList());
  }

  /** Some versions of nft print the block of length 0 as nothing, so it is never written. */
  @Test
  void everythingIsExemptedByABareReturn() {
    assertThat(exempting("0.0.0.0/0", "10.12.0.7/32").difference(""))
        .contains(
            "insert rule ip aws-cni snat-mark counter return",
            "insert rule ip aws-cni snat-mark counter ip daddr 10.12.0.7 return")
        .noneMatch(command -> command.contains("0.0.0.0/0"));
  }
}
