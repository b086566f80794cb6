package io.vpccni.ipamd.dataplane.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.pod.HostAddress;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.wire.netprog.ConflistInstalled;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.HostAddressesChanged;
import io.vpccni.rpc.wire.netprog.PodsListed;
import io.vpccni.rpc.wire.netprog.Refused;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What net-programmer says of the host's own addresses is understood. */
class RepliesTest {
  @Test
  void theHostsOwnAddressesAreRead() {
    var address =
        io.vpccni.rpc.wire.netprog.HostAddress.newBuilder().setCidr("10.0.1.7/32").setLink("eth0");
    var answer =
        Envelope.newBuilder().setPodsListed(PodsListed.newBuilder().addAddresses(address)).build();
    assertThat(Replies.veths(answer))
        .isEqualTo(
            new DataplaneReply.Veths(
                List.of(), List.of(new HostAddress(Cidr.parse("10.0.1.7/32"), "eth0"))));
  }

  /**
   * While images are rolled out, the daemons of one pod can be of two versions for a moment. An
   * earlier one wrote the address as text in field 1, without a prefix length.
   */
  @Test
  void anAddressOfAnEarlierVersionIsNotMisread() throws InvalidProtocolBufferException {
    var earlier = ByteString.copyFromUtf8("\n\u000810.0.1.7\u0012\u0004eth0");
    var address = io.vpccni.rpc.wire.netprog.HostAddress.parseFrom(earlier);
    assertThat(address.getLink()).isEqualTo("eth0");
    var answer =
        Envelope.newBuilder().setPodsListed(PodsListed.newBuilder().addAddresses(address)).build();
    assertThat(Replies.veths(answer)).isEqualTo(new DataplaneReply.Veths(List.of(), List.of()));
  }

  private static Envelope refused(Refused.Kind kind) {
    return Envelope.newBuilder().setRefused(Refused.newBuilder().setKind(kind)).build();
  }

  @Test
  void aProbeThatFailedIsASignOfLifeAndABusyOneIsNone() {
    assertThat(Replies.probed(1, refused(Refused.Kind.FAILED)))
        .isEqualTo(new ConnectionEvent.ProbeAnswered(1));
    assertThat(Replies.probed(1, refused(Refused.Kind.INVALID)))
        .isEqualTo(new ConnectionEvent.ProbeAnswered(1));
    assertThat(Replies.probed(1, refused(Refused.Kind.BUSY)))
        .isEqualTo(new ConnectionEvent.ProbeUndecided(1));
  }

  @Test
  void whatNeedsNotTheThreadThatCarriesOutIsNoSignOfItsLife() {
    assertThat(
            Replies.carriedOut(
                Envelope.newBuilder().setPodsListed(PodsListed.getDefaultInstance()).build()))
        .isTrue();
    assertThat(
            Replies.carriedOut(
                Envelope.newBuilder()
                    .setConflistInstalled(ConflistInstalled.getDefaultInstance())
                    .build()))
        .isFalse();
    assertThat(Replies.carriedOut(refused(Refused.Kind.INVALID))).isFalse();
    assertThat(Replies.carriedOut(refused(Refused.Kind.BUSY))).isFalse();
  }

  /**
   * Work in a pod's namespace that hangs ends like this, and says that the thread is free again.
   */
  @Test
  void whatTheThreadCouldNotDoIsASignOfItsLife() {
    assertThat(Replies.carriedOut(refused(Refused.Kind.FAILED))).isTrue();
    assertThat(Replies.carriedOut(refused(Refused.Kind.NETNS_GONE))).isTrue();
  }

  @Test
  void aChangeOfThemIsNews() {
    var notification =
        Envelope.newBuilder()
            .setHostAddressesChanged(HostAddressesChanged.getDefaultInstance())
            .build();
    assertThat(Replies.news(notification)).contains(new DataplaneNews.HostAddressesChanged());
  }
}
