package io.vpccni.ipamd.ec2.eni;

import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.SubnetId;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses by their tags which subnets may give pod addresses. Names and meaning:
 * amazon-vpc-cni-k8s. It is pure.
 */
final class SubnetChoice {
  private static final String ROLE = "kubernetes.io/role/cni";
  private static final String CLUSTER = "cni.networking.k8s.aws/cluster/";

  private SubnetChoice() {}

  /** Returns where a new ENI may be created, the one with the most free addresses first. */
  static List<SubnetView> candidates(List<SubnetView> subnets, SubnetId primary, String cluster) {
    return subnets.stream()
        .filter(subnet -> usable(subnet, primary, cluster))
        .sorted(Comparator.comparingInt(SubnetView::freeIpv4).reversed())
        .toList();
  }

  static boolean usable(SubnetView subnet, SubnetId primary, String cluster) {
    return switch (subnet.tags().getOrDefault(ROLE, "")) {
      case "0" -> false;
      // Without the tag only the node's own subnet is meant, whatever cluster tags it bears.
      case "" -> subnet.id().equals(primary);
      default -> ofCluster(subnet, cluster);
    };
  }

  /** Tells whether pods get no more addresses of an ENI that is there already. */
  static boolean excluded(SubnetView subnet, String cluster) {
    return switch (subnet.tags().getOrDefault(ROLE, "")) {
      case "0" -> true;
      case "" -> false;
      default -> !ofCluster(subnet, cluster);
    };
  }

  private static boolean ofCluster(SubnetView subnet, String cluster) {
    var named = subnet.tags().keySet().stream().filter(key -> key.startsWith(CLUSTER)).toList();
    return cluster.isEmpty() || named.isEmpty() || named.contains(CLUSTER + cluster);
  }
}
