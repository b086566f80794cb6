package io.vpccni.ipamd.imds.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.imds.VpcCidrsChanged;
import io.vpccni.rpc.address.Cidr;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KnownFactsTest {
  private static final Cidr FIRST = Cidr.parse("10.0.0.0/16");
  private static final Cidr SECOND = Cidr.parse("100.64.0.0/16");
  private static final NodeFacts NEW = facts(FIRST, SECOND);

  private static NodeFacts facts(Cidr... cidrs) {
    return new NodeFacts(
        new NodeFacts.Instance("i-1", "m5.large", "eu-west-1", "eu-west-1a"),
        new NodeFacts.Vpc("vpc-1", List.of(cidrs), List.of()),
        new NodeFacts.Primary(
            new EniId("eni-1"),
            "02:00:00:00:00:01",
            new SubnetId("subnet-1"),
            Optional.empty(),
            Optional.empty()));
  }

  @Test
  void whatImdsSaidStaysWhateverComes() {
    assertThat(KnownFacts.NONE.failed().facts()).isEmpty();
    var known = KnownFacts.NONE.failed().read(NEW);
    assertThat(known.unreachable()).isFalse();
    assertThat(known.failed().facts()).contains(NEW);
    assertThat(known.failed().unreachable()).isTrue();
    assertThat(known.failed().reachable()).isEqualTo(known);
  }

  @Test
  void theSameCidrsInAnotherOrderChangeNothing() {
    var known = KnownFacts.NONE.read(NEW);
    assertThat(known.read(new VpcCidrsChanged(List.of(SECOND, FIRST), List.of()))).isEqualTo(known);
    var changed = known.read(new VpcCidrsChanged(List.of(FIRST), List.of()));
    assertThat(changed.facts().orElseThrow().vpc().ipv4Cidrs()).containsExactly(FIRST);
  }

  @Test
  void cidrsOfANodeThatIsNotKnownAreNothing() {
    assertThat(KnownFacts.NONE.read(new VpcCidrsChanged(List.of(FIRST), List.of())))
        .isEqualTo(KnownFacts.NONE);
  }
}
