package io.vpccni.ipamd.branch.service;

import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesReply.EniConfigReply;
import io.vpccni.ipamd.kubernetes.KubernetesReply.WriteReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest.AddFeature;
import io.vpccni.ipamd.pool.PoolView;

/**
 * Decides what the CNINode has to ask the VPC resource controller for, and says why there is no
 * trunk ENI yet. It is pure.
 */
final class TrunkRequest {
  static final String CONDITION = "NoTrunkEni";
  static final AddFeature TRUNK = new AddFeature("SecurityGroupsForPods", "");

  private TrunkRequest() {}

  /** This is what is to be done about the trunk ENI. */
  sealed interface Step {
    /** The trunk ENI is there, so nothing is left to do. */
    record Attached() implements Step {}

    /** It is asked for by {@link #TRUNK}. */
    record Ask() implements Step {}

    /** Too little is known of the node as yet. */
    record Wait() implements Step {}

    /** It cannot be had; the condition says why. */
    record Blocked(ConditionChanged why) implements Step {}
  }

  /**
   * @param ipv6 whether the cluster is an IPv6 one, where the controller attaches the trunk when
   *     the node starts, and the slot is its own
   */
  static Step next(PoolView view, boolean ipv6) {
    if (view.enis().stream().anyMatch(eni -> eni.facts().kind() == EniKind.TRUNK)) {
      return new Step.Attached();
    }
    if (view.node().facts().isEmpty() || view.node().limits().isEmpty()) return new Step.Wait();
    return ipv6 || hasRoom(view)
        ? new Step.Ask()
        : new Step.Blocked(
            condition(
                "NoRoom",
                "all ENI slots of network card 0 are taken; lower the warm targets or MAX_ENI"));
  }

  private static boolean hasRoom(PoolView view) {
    return view.cards().stream()
        .filter(card -> card.networkCard() == 0)
        .anyMatch(card -> card.enis().attached() < card.enis().mostManaged());
  }

  /** Returns the condition while the trunk ENI has been asked for and is not there. */
  static ConditionChanged asked(WriteReply reply) {
    return switch (reply) {
      case KubernetesReply.Written _ ->
          condition(
              "Requested", "requested by the CNINode; the VPC resource controller attaches it");
      case KubernetesReply.Failed failed -> condition("NotRequested", notWritten(TRUNK, failed));
    };
  }

  /**
   * Returns the condition about what the controller is told of custom networking. Its subject is
   * the feature, because the trunk ENI may be there all the same.
   */
  static ConditionChanged told(AddFeature feature, WriteReply reply) {
    return switch (reply) {
      case KubernetesReply.Written _ -> ConditionChanged.over(CONDITION, feature.feature());
      case KubernetesReply.Failed failed ->
          ConditionChanged.raised(
              CONDITION, feature.feature(), "NotRequested", notWritten(feature, failed));
    };
  }

  private static String notWritten(AddFeature feature, KubernetesReply.Failed failed) {
    return "feature "
        + feature.feature()
        + " could not be written to the CNINode: "
        + failed.reason();
  }

  /** This is what the controller has to be told of custom networking. */
  sealed interface Network {
    /** The node uses the default ENIConfig, of which the controller knows by itself. */
    record Nothing() implements Network {}

    record Tell(AddFeature feature) implements Network {}

    /** It is not known yet which ENIConfig the node uses. */
    record Unknown() implements Network {}
  }

  static Network network(EniConfigReply reply) {
    return switch (reply) {
      case KubernetesReply.EniConfig(var name, var _) ->
          name.equals("default")
              ? new Network.Nothing()
              : new Network.Tell(new AddFeature("CustomNetworking", name));
      case KubernetesReply.Failed _ -> new Network.Unknown();
    };
  }

  private static ConditionChanged condition(String reason, String detail) {
    return ConditionChanged.raised(CONDITION, "", reason, detail);
  }
}
