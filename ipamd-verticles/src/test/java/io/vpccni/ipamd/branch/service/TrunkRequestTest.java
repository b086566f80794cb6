package io.vpccni.ipamd.branch.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.branch.service.TrunkRequest.Network;
import io.vpccni.ipamd.branch.service.TrunkRequest.Step;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.AddFeature;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.PoolState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrunkRequestTest {
  private static final PoolView EMPTY = PoolViews.of(PoolState.initial(DefaultSettings.pool()));
  private static final NodeFacts FACTS =
      new NodeFacts(
          new NodeFacts.Instance("i-1", "m5.large", "eu-west-1", "eu-west-1a"),
          new NodeFacts.Vpc("vpc-1", List.of(), List.of()),
          new NodeFacts.Primary(
              new EniId("eni-1"),
              "02:00:00:00:00:01",
              new SubnetId("subnet-1"),
              Optional.empty(),
              Optional.empty()));

  private static PoolView view(boolean known, int attached, int most, EniKind... kinds) {
    var node =
        known
            ? new PoolView.Node(
                EMPTY.node().state(), Optional.of(FACTS), Optional.of(new Limits(most, 9, 1)))
            : EMPTY.node();
    var card =
        new PoolView.Card(
            0,
            new PoolView.CardAddresses(0, 0, 0, 0, 0, 0, 0),
            new PoolView.CardEnis(attached, most, 0),
            0);
    return new PoolView(
        EMPTY.at(),
        EMPTY.settings(),
        node,
        EMPTY.readiness(),
        List.of(card),
        List.of(kinds).stream().map(TrunkRequestTest::eni).toList(),
        List.of(),
        List.of(),
        List.of(),
        EMPTY.numbers());
  }

  private static PoolView.Eni eni(EniKind kind) {
    var eni =
        new AttachedEni(
            new EniId("eni-2"),
            "02:00:00:00:00:02",
            new AttachedEni.Place(0, 1),
            new SubnetId("subnet-1"),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            kind,
            new AttachedEni.Standing(false, false, true),
            Map.of());
    return new PoolView.Eni(eni, 2, true, 0, 0, 0, 0, List.of());
  }

  @Test
  void aTrunkThatIsThereNeedsNothing() {
    assertThat(TrunkRequest.next(view(true, 3, 3, EniKind.ORDINARY, EniKind.TRUNK), false))
        .isEqualTo(new Step.Attached());
  }

  @Test
  void nothingIsAskedForBeforeTheNodeIsKnown() {
    assertThat(TrunkRequest.next(view(false, 1, 3), false)).isEqualTo(new Step.Wait());
  }

  @Test
  void itIsAskedForWhereASlotIsFree() {
    assertThat(TrunkRequest.next(view(true, 2, 3, EniKind.ORDINARY), false))
        .isEqualTo(new Step.Ask());
  }

  @Test
  void aFullNodeIsTold() {
    assertThat(TrunkRequest.next(view(true, 3, 3, EniKind.ORDINARY), false))
        .isInstanceOfSatisfying(
            Step.Blocked.class,
            blocked -> {
              assertThat(blocked.why().name()).isEqualTo("NoTrunkEni");
              assertThat(blocked.why().reason()).isEqualTo("NoRoom");
              assertThat(blocked.why().raised()).isTrue();
            });
    assertThat(TrunkRequest.next(view(true, 3, 3), true)).isEqualTo(new Step.Ask());
  }

  @Test
  void theConditionSaysWhetherTheTrunkCouldBeAskedFor() {
    assertThat(TrunkRequest.asked(new KubernetesReply.Written()).reason()).isEqualTo("Requested");
    var failed = TrunkRequest.asked(new KubernetesReply.NotUsable("there is no CNINode n"));
    assertThat(failed.reason()).isEqualTo("NotRequested");
    assertThat(failed.detail())
        .isEqualTo(
            "feature SecurityGroupsForPods could not be written to the CNINode:"
                + " there is no CNINode n");
  }

  @Test
  void whatTheControllerWasNotToldOfHasAConditionOfItsOwnThatEnds() {
    var feature = new AddFeature("CustomNetworking", "zone-a");
    var failed = TrunkRequest.told(feature, new KubernetesReply.Unavailable("away"));
    assertThat(failed.raised()).isTrue();
    assertThat(failed.subject()).isEqualTo("CustomNetworking");
    assertThat(TrunkRequest.told(feature, new KubernetesReply.Written()))
        .isEqualTo(ConditionChanged.over(failed.name(), failed.subject()));
  }

  @Test
  void theControllerIsToldOfAnEniConfigThatIsNotTheDefault() {
    var network = new CustomNetwork(new SubnetId("subnet-9"), List.of());
    assertThat(TrunkRequest.network(new KubernetesReply.EniConfig("default", network)))
        .isEqualTo(new Network.Nothing());
    assertThat(TrunkRequest.network(new KubernetesReply.EniConfig("zone-a", network)))
        .isEqualTo(new Network.Tell(new AddFeature("CustomNetworking", "zone-a")));
    assertThat(TrunkRequest.network(new KubernetesReply.NotUsable("none")))
        .isEqualTo(new Network.Unknown());
    assertThat(TrunkRequest.network(new KubernetesReply.Unavailable("away")))
        .isEqualTo(new Network.Unknown());
  }
}
