package io.vpccni.ipamd.config;

import static io.vpccni.ipamd.config.Setting.Invalid.LEFT_OUT;
import static io.vpccni.ipamd.config.Setting.Invalid.REPLACED;

import io.vpccni.ipamd.eni.TagRules;
import java.util.List;
import java.util.Map;

/** Lists the settings of ENIs and of how EC2 is called. */
final class Ec2Table {
  static final Section SECTION = new Section("ENIs and EC2");

  static final Setting<String> CLUSTER_NAME =
      SECTION.add(
          "CLUSTER_NAME",
          "",
          "",
          Values.checked("at most 256 characters", Ec2Table::clusterName),
          REPLACED,
          "The value of the cluster's tag on ENIs; empty: no tag.");
  static final Setting<Map<String, String>> ADDITIONAL_TAGS =
      SECTION.add(
          "ADDITIONAL_ENI_TAGS",
          Map.of(),
          "",
          new Values<>("JSON object of texts", true, EniTagsSetting::parse),
          LEFT_OUT,
          "Further tags of the ENIs that the agent creates.");
  static final Setting<Boolean> CUSTOM_NETWORKING =
      SECTION.flag(
          "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG",
          false,
          "Pods get addresses in the subnet and security groups of the node's ENIConfig; not with"
              + " IPv6.");
  static final Setting<String> ENI_CONFIG_ANNOTATION =
      SECTION.filled(
          "ENI_CONFIG_ANNOTATION_DEF",
          "k8s.amazonaws.com/eniConfig",
          "annotation key",
          "The node annotation that names the ENIConfig.");
  static final Setting<String> ENI_CONFIG_LABEL =
      SECTION.filled(
          "ENI_CONFIG_LABEL_DEF",
          "k8s.amazonaws.com/eniConfig",
          "label key",
          "The node label that names the ENIConfig, where the annotation is missing.");
  static final Setting<Boolean> POD_ENI =
      SECTION.flag(
          "ENABLE_POD_ENI",
          false,
          "Pods may have security groups of their own, on branch ENIs of a trunk ENI.");
  static final Setting<String> SECURITY_GROUP_MODE =
      SECTION.add(
          "POD_SECURITY_GROUP_ENFORCING_MODE",
          "strict",
          "strict",
          Values.word(List.of("strict", "standard")),
          REPLACED,
          "Whether all traffic of branch-ENI pods passes their security groups, or only traffic"
              + " that leaves the node; a bad value stops the agent if `ENABLE_POD_ENI` is true.");
  static final Setting<Boolean> SUBNET_DISCOVERY =
      SECTION.flag(
          "ENABLE_SUBNET_DISCOVERY",
          true,
          "New ENIs may be in any subnet of the zone that is tagged `kubernetes.io/role/cni`.");
  static final Setting<Boolean> MULTI_NIC =
      SECTION.flag("ENABLE_MULTI_NIC", false, "Network cards above 0 are managed too.");
  static final Setting<Boolean> MANAGE_UNTAGGED =
      SECTION.flag(
          "MANAGE_UNTAGGED_ENI", true, "ENIs that others attached without a tag are used too.");
  static final Setting<Boolean> NO_PROVISIONING =
      SECTION.flag(
          "DISABLE_NETWORK_RESOURCE_PROVISIONING",
          false,
          "No ENI or address is created, assigned or released.");
  static final Setting<Boolean> IMDS_ONLY =
      SECTION.flag(
          "ENABLE_IMDS_ONLY_MODE", false, "EC2 is not called at all; IMDS is the only source.");
  static final Setting<Boolean> NO_LEAK_CLEANUP =
      SECTION.flag(
          "DISABLE_LEAKED_ENI_CLEANUP", false, "Detached ENIs of the cluster are left alone.");
  static final Setting<String> EC2_ENDPOINT =
      SECTION.add(
          "AWS_EC2_ENDPOINT",
          "",
          "",
          Values.checked("http(s) URL", Ec2Table::endpoint),
          REPLACED,
          "Where EC2 is called; empty: the region's own endpoint.");
  static final Setting<Integer> HTTP_TIMEOUT =
      SECTION.number(
          "HTTP_TIMEOUT",
          10,
          Values.number(10, 600),
          REPLACED,
          "Seconds that one EC2 call may take.");
  static final Setting<String> VERSION =
      SECTION.text("VPC_CNI_VERSION", "", "The version that the user agent of EC2 calls names.");

  /** EC2 would create no ENI with a tag that it does not take. */
  private static String clusterName(String text) {
    TagRules.problem("cluster", text)
        .ifPresent(
            wrong -> {
              throw new IllegalArgumentException("has " + wrong);
            });
    return text;
  }

  private static String endpoint(String text) {
    if (text.isEmpty() || text.matches("https?://[^\\s/]+[^\\s]*")) return text;
    throw new IllegalArgumentException("is not an http(s) URL");
  }

  private Ec2Table() {}
}
