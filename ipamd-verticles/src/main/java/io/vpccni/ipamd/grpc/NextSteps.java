package io.vpccni.ipamd.grpc;

import io.vpccni.ipamd.pool.Condition;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Tells a person what to do about a condition. */
final class NextSteps {
  /** These are raised outside of the pool. */
  private static final Map<String, String> OF_OTHERS =
      Map.ofEntries(
          Map.entry(
              "NoPermission",
              "Allow this action in the IAM role of aws-node; docs/iam.md has the policies."),
          Map.entry(
              "NoCredentials",
              "Give the service account of aws-node an IAM role, or the node an instance profile."),
          Map.entry(
              "Ec2Unreachable",
              "Check the route from this node to EC2: a NAT gateway or a VPC endpoint, security groups and DNS."),
          Map.entry(
              "Ec2Throttled",
              "Nothing is lost. Find who else calls this action often, or ask AWS for a higher limit."),
          Map.entry("Ec2Failing", "Wait: the call is repeated. If it lasts, look at AWS Health."),
          Map.entry("ClockSkewed", "Start a time service such as chrony on this node."),
          Map.entry(
              "ImdsUnreachable",
              "Check that processes of the host reach http://169.254.169.254, and that IMDS is enabled for the instance."),
          Map.entry(
              "ApiServerUnreachable",
              "Check the route to the API server and the permissions of the service account aws-node."),
          Map.entry("PodsNotWatched", "Allow the service account aws-node to list and watch pods."),
          Map.entry("EniConfigUnreadable", "Allow the service account aws-node to get ENIConfigs."),
          Map.entry(
              "HostContested",
              "Find the software that changes these rules on the node, and stop it."),
          Map.entry(
              "AdditionalTagsRefused", "Correct ADDITIONAL_ENI_TAGS: EC2 refuses one of the tags."),
          Map.entry("SubnetBlockUnknown", "Allow ec2:DescribeSubnets in the IAM role of aws-node."),
          Map.entry("EniUpkeepFailing", "Correct what EC2 names; the agent tries again by itself."),
          Map.entry(
              "NoTrunkEni",
              "Wait for the VPC resource controller; where no slot is free, lower the warm targets or MAX_ENI."),
          Map.entry(
              "PluginMissing",
              "Install this plugin in /opt/cni/bin of the node, or take it out of the conflist."),
          Map.entry(
              "ConflistNotInstalled",
              "Make /etc/cni/net.d of the node writable, or correct the conflist that was given."),
          Map.entry(
              "InstanceTypeUnknown",
              "Allow ec2:DescribeInstanceTypes in the IAM role of aws-node."),
          Map.entry(
              "SettingIgnored",
              "Choose an instance type that supports it, or correct the setting or the annotation that is named."),
          Map.entry(
              "ListenerFailed",
              "Find the process that has this port, or serve the page at another address."),
          Map.entry(
              "EgressFilesUnwritable",
              "Mount /run/cni into the containers of init and the agent, as the chart does."));

  private NextSteps() {}

  /** Returns the next step; empty where there is none to name. */
  static String of(Condition condition) {
    return known(condition.key().name())
        .map(NextSteps::of)
        .orElseGet(() -> OF_OTHERS.getOrDefault(condition.key().name(), ""));
  }

  private static Optional<Condition.Name> known(String name) {
    return Arrays.stream(Condition.Name.values())
        .filter(each -> each.text().equals(name))
        .findFirst();
  }

  private static String of(Condition.Name name) {
    return switch (name) {
      case SUBNET_EXHAUSTED ->
          "Free addresses in this subnet, or let pods use another one (ENABLE_SUBNET_DISCOVERY, or custom networking).";
      case PREFIXES_UNAVAILABLE ->
          "Reserve a /28 block in this subnet (a subnet CIDR reservation of type prefix), or use another subnet.";
      case EC2_REFUSED -> "Correct what EC2 names; the agent asks again by itself.";
      case ENI_LIMIT_REACHED, NO_ADDRESS_AVAILABLE ->
          "Run fewer pods on this node, choose a larger instance type, or set ENABLE_PREFIX_DELEGATION=true. Other conditions here may name the cause.";
      case ADDRESS_LOST -> "Delete the pod that has this address; its successor gets another one.";
      case ADDRESS_ON_HOST ->
          "Remove the address from the node's link, and stop what put it there (such as ec2-net-utils).";
      case HOST_TAKES_ADDRESSES ->
          "Stop the software that puts addresses of ENIs on the node's links (such as ec2-net-utils).";
      case ADDRESS_QUARANTINED ->
          "Find out which link uses the address (vpc-cni explain ip ADDRESS), and remove the link if nobody needs it.";
      case UNKNOWN_VETH ->
          "Delete the pod that this link belongs to, or the link if there is none.";
      case EGRESS_UNAVAILABLE ->
          "Give the node's primary ENI an address of the other family, or switch off this egress.";
      case ENI_LINK_MISSING ->
          "Look for the ENI's link on the node (ip link) and in the kernel's log (dmesg).";
      case ENI_CONFIG_MISSING ->
          "Create the ENIConfig of this name, or correct the label or annotation of the Node that names it.";
      case DATAPLANE_UNREACHABLE ->
          "Look at the container of net-programmer in the pod aws-node of this node, and restart it.";
      case CHECKPOINT_UNREADABLE ->
          "Nothing: the pods were found again on the node. The unreadable file is kept for a look.";
      case CHECKPOINT_FOREIGN ->
          "Remove /var/run/aws-node/ipam.json from the image that this node was started from.";
      case CHECKPOINT_UNWRITABLE ->
          "Make room on the file system of /var/run/aws-node and make it writable; no pod can be added before.";
    };
  }
}
