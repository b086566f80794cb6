package io.vpccni.ipamd.config;

import static io.vpccni.ipamd.config.Setting.Invalid.REFUSED;
import static io.vpccni.ipamd.config.Setting.Invalid.REPLACED;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.link.VethPrefix;
import java.util.List;

/** These are the settings of the host's and the pods' networking. */
final class NetworkTable {
  static final Section SECTION = new Section("Host and pod networking");

  static final Setting<Boolean> EXTERNAL_SNAT =
      SECTION.flag(
          "AWS_VPC_K8S_CNI_EXTERNALSNAT",
          false,
          "Traffic leaves the node with the pods' own addresses and is translated elsewhere.");
  static final Setting<List<Cidr>> EXCLUDE_SNAT =
      SECTION.cidrs(
          "AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS",
          "Destinations outside the VPC that see the pods' own addresses.");
  static final Setting<List<Cidr>> EXTERNAL_SERVICES =
      SECTION.cidrs(
          "AWS_EXTERNAL_SERVICE_CIDRS",
          "Destinations that pods on secondary ENIs reach through the primary ENI.");
  static final Setting<String> RANDOMIZE_SNAT =
      SECTION.add(
          "AWS_VPC_K8S_CNI_RANDOMIZESNAT",
          "prng",
          "prng",
          Values.word(List.of("none", "hashrandom", "prng")),
          REPLACED,
          "How source ports are chosen where traffic is translated.");
  static final Setting<Boolean> NODE_PORT =
      SECTION.flag(
          "AWS_VPC_CNI_NODE_PORT_SUPPORT",
          true,
          "Answers of pods on secondary ENIs to NodePort traffic leave through the primary ENI.");
  static final Setting<Integer> CONNMARK =
      SECTION.add(
          "AWS_VPC_K8S_CNI_CONNMARK",
          0x80,
          "0x80",
          Values.mark(),
          REPLACED,
          "The bits of connection and packet marks that are the agent's.");
  static final Setting<Integer> ENI_MTU =
      SECTION.number(
          "AWS_VPC_ENI_MTU",
          9001,
          Values.number(576, 9001),
          REFUSED,
          "MTU of the ENIs' links; on IPv6 nodes 1280 or more.");
  static final Setting<Integer> POD_MTU =
      SECTION.add(
          "POD_MTU",
          9001,
          "as `AWS_VPC_ENI_MTU`",
          Values.number(576, 9001),
          REFUSED,
          "MTU of the pods' links; on IPv6 nodes 1280 or more.");
  static final Setting<String> VETH_PREFIX =
      SECTION.add(
          "AWS_VPC_K8S_CNI_VETHPREFIX",
          "eni",
          "eni",
          Values.checked("1 to 4 characters", NetworkTable::vethPrefix),
          REFUSED,
          "The prefix of the names of host veths.");
  static final Setting<Boolean> IPV4_EGRESS =
      SECTION.flag("ENABLE_V4_EGRESS", true, "Pods of an IPv6 node reach IPv4 through the node.");
  static final Setting<Boolean> IPV6_EGRESS =
      SECTION.flag("ENABLE_V6_EGRESS", false, "Pods of an IPv4 node reach IPv6 through the node.");

  private static String vethPrefix(String text) {
    VethPrefix.problem(text)
        .ifPresent(
            wrong -> {
              throw new IllegalArgumentException(wrong);
            });
    return text;
  }

  private NetworkTable() {}
}
