package io.vpccni.ipamd.imds.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.ipamd.imds.VpcCidrsChanged;
import io.vpccni.rpc.address.Cidr;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KnownFactsTest {
  private static final Cidr FIRST = Cidr.parse("10.0.0.0/16");
  private static final Cidr SECOND = Cidr.parse("100.64.0.0/16");
  private static final NodeFacts OLD = facts("i-1", FIRST, SECOND);
  private static final NodeFacts NEW = facts("i-2", FIRST, SECOND);

  private static NodeFacts facts(String instance, Cidr... cidrs) {
    return new NodeFacts(
        new NodeFacts.Instance(instance, "m5.large", "eu-west-1", "eu-west-1a"),
        new NodeFacts.Vpc("vpc-1", List.of(cidrs), List.of()),
        new NodeFacts.Primary(
            new EniId("eni-1"),
            "02:00:00:00:00:01",
            new SubnetId("subnet-1"),
            Optional.empty(),
            Optional.empty()));
  }

  @Test
  void withoutAnyFactsImdsIsAskedAndItsFailureIsTheAnswer() {
    assertThat(KnownFacts.NONE.withoutReading()).isEmpty();
    assertThat(KnownFacts.NONE.failed().withoutReading()).isEmpty();
    assertThat(KnownFacts.NONE.failed().afterFailure("timed out"))
        .isEqualTo(new ImdsReply.Unavailable("timed out"));
  }

  @Test
  void theCheckpointsFactsCountOnlyWhileImdsDoesNotAnswer() {
    var known = KnownFacts.NONE.withCheckpoint(OLD);
    assertThat(known.withoutReading()).as("IMDS may answer: it is asked first").isEmpty();
    var away = known.failed();
    assertThat(away.withoutReading()).contains(new ImdsReply.Facts(OLD, false));
    assertThat(away.afterFailure("timed out")).isEqualTo(new ImdsReply.Facts(OLD, false));
    assertThat(away.reachable().withoutReading()).isEmpty();
    var read = away.read(NEW);
    assertThat(read.withoutReading()).contains(new ImdsReply.Facts(NEW, true));
    assertThat(read.failed().withoutReading())
        .as("what IMDS said stays, whatever comes")
        .contains(new ImdsReply.Facts(NEW, true));
  }

  @Test
  void theSameCidrsInAnotherOrderChangeNothing() {
    var known = KnownFacts.NONE.read(NEW);
    assertThat(known.read(new VpcCidrsChanged(List.of(SECOND, FIRST), List.of()))).isEqualTo(known);
    var changed = known.read(new VpcCidrsChanged(List.of(FIRST), List.of()));
    assertThat(changed.fresh().orElseThrow().vpc().ipv4Cidrs()).containsExactly(FIRST);
  }

  @Test
  void cidrsOfANodeThatIsNotKnownAreNothing() {
    assertThat(KnownFacts.NONE.read(new VpcCidrsChanged(List.of(FIRST), List.of())))
        .isEqualTo(KnownFacts.NONE);
  }
}
