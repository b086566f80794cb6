package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.SubnetId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides where a new ENI may be created, and with what. It is for one context only. */
final class EniCreationPlan {
  private final Ec2Context around;
  private final NodeEnis enis;
  private final Subnets subnets;

  EniCreationPlan(Ec2Context around, NodeEnis enis, Subnets subnets) {
    this.around = around;
    this.enis = enis;
    this.subnets = subnets;
  }

  /** Returns the first step of the creation, with the other subnets to try. */
  Future<EniCreation.Step> plan(CreateEni ask) {
    return Future.all(groups(ask.custom()), candidates(ask.custom()))
        .map(
            both -> {
              List<String> groups = both.resultAt(0);
              List<SubnetId> candidates = both.resultAt(1);
              var wanted = new ArrayList<NewEni>();
              for (var subnet : candidates) {
                wanted.add(newEni(ask, subnet, groups));
              }
              return new EniCreation.Creating(wanted.getFirst(), wanted.subList(1, wanted.size()));
            });
  }

  private NewEni newEni(CreateEni ask, SubnetId subnet, List<String> groups) {
    var tracking =
        enis.of(around.node().primary().eni())
            .map(eni -> eni.security().tracking())
            .orElse(EniView.Tracking.NONE);
    return new NewEni(
        EniTags.description(around.node().instance().id()),
        subnet,
        groups,
        ask.kind(),
        count(ask, subnet),
        EniTags.ownOfNew(
            around.settings(), around.node().instance().id(), around.wallClock().instant()),
        new NewEni.AdditionalTags(around.settings().tagging().additionalTags(), Optional.empty()),
        tracking,
        Long.toHexString(around.random().nextLong())
            + Long.toHexString(around.random().nextLong()));
  }

  /**
   * Returns how many addresses to ask for: no more than the ENI may hold, nor than the subnet has
   * besides the primary address.
   */
  private int count(CreateEni ask, SubnetId subnet) {
    int most = Math.min(ask.count(), around.perEni().orElse(Integer.MAX_VALUE));
    if (ask.kind() != AddressKind.SECONDARY_IP) {
      return most;
    }
    return Math.clamp(subnets.freeIpv4(subnet) - 1L, 1, Math.max(1, most));
  }

  private Future<List<String>> groups(Optional<CustomNetwork> custom) {
    var own = custom.map(CustomNetwork::securityGroups).orElse(List.of());
    if (!own.isEmpty()) {
      return Future.succeededFuture(own);
    }
    return around
        .imds()
        .securityGroups()
        .recover(
            error ->
                enis.of(around.node().primary().eni())
                    .filter(_ -> error instanceof Ec2Refused)
                    .map(eni -> Future.succeededFuture(eni.groups()))
                    .orElseGet(() -> Future.failedFuture(error)));
  }

  private Future<List<SubnetId>> candidates(Optional<CustomNetwork> custom) {
    // Also without discovery and for an ENIConfig: the answer holds the subnet's address block.
    return subnets
        .list()
        .map(
            listed -> {
              if (custom.isPresent()) {
                return List.of(custom.get().subnet());
              }
              var zone = listed.orElse(List.of());
              var found =
                  around.settings().networking().subnetDiscovery() && listed.isPresent()
                      ? SubnetChoice.candidates(
                              zone,
                              around.node().primary().subnet(),
                              around.settings().tagging().cluster())
                          .stream()
                          .map(SubnetView::id)
                          .toList()
                      : primaryUnlessExcluded();
              if (found.isEmpty()) {
                throw Ec2Refused.of(
                    "CreateNetworkInterface",
                    "NoUsableSubnet",
                    "the tags of the subnets of "
                        + around.node().vpc().id()
                        + " in "
                        + around.node().instance().zone()
                        + " allow no ENI in any: look at kubernetes.io/role/cni and"
                        + " cni.networking.k8s.aws/cluster/*",
                    FailureKind.PERMANENT);
              }
              return found;
            });
  }

  private List<SubnetId> primaryUnlessExcluded() {
    boolean excluded =
        subnets
            .known(around.node().primary().subnet())
            .filter(subnet -> SubnetChoice.excluded(subnet, around.settings().tagging().cluster()))
            .isPresent();
    return excluded ? List.of() : List.of(around.node().primary().subnet());
  }
}
