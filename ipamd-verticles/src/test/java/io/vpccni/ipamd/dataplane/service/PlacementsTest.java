package io.vpccni.ipamd.dataplane.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.dataplane.DataplaneReply.HostApplied;
import io.vpccni.ipamd.dataplane.DataplaneReply.Refused;
import io.vpccni.ipamd.dataplane.DataplaneReply.Unavailable;
import io.vpccni.ipamd.dataplane.DataplaneReply.Why;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementsTest {
  private static final Placements SENT = Placements.NONE.with(pod("a", 2)).sending();

  private static Holding pod(String id, int table) {
    return new Holding(
        new Attachment(id, "eth0", "aws-cni"),
        new PodRef("default", id),
        new Wiring("/run/netns/" + id, List.of("eni" + id), Wiring.By.PROGRAMMER),
        List.of(new HeldAddress(Ip.parse("10.0.1.20"), 0, new EniId("eni-1"), 1, table)),
        Optional.empty(),
        Instant.EPOCH);
  }

  @Test
  void oneRequestIsUnderWayAtATime() {
    assertThat(Placements.NONE.due()).isFalse();
    assertThat(Placements.NONE.with(pod("a", 2)).due()).isTrue();
    assertThat(SENT.with(pod("b", 2)).due()).isFalse();
    assertThat(SENT.beingSent()).containsExactly(pod("a", 2));
  }

  @Test
  void whatIsAnsweredIsDoneAndTheRestIsSentNext() {
    var applied = new HostApplied(Map.of(), Set.of(), "nftables");
    assertThat(SENT.with(pod("b", 2)).answered(applied))
        .isEqualTo(new Placements.Learned(Placements.NONE.with(pod("b", 2))));
  }

  @Test
  void whatIsInvalidIsNotSentAgain() {
    assertThat(SENT.answered(new Refused(Why.INVALID, "no such table")))
        .isEqualTo(new Placements.Impossible(Placements.NONE, "no such table"));
  }

  @Test
  void whatMayNotHaveArrivedIsSentAgainWithWhatIsKnownByThen() {
    var waiting = Placements.NONE.with(pod("a", 2));
    assertThat(SENT.answered(new Refused(Why.BUSY, "later")))
        .isEqualTo(new Placements.Postponed(waiting, "later"));
    assertThat(SENT.with(pod("a", 3)).answered(new Unavailable("lost", true)))
        .isEqualTo(new Placements.Postponed(Placements.NONE.with(pod("a", 3)), "lost"));
  }
}
