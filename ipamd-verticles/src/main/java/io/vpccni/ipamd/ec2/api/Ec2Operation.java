package io.vpccni.ipamd.ec2.api;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * An operation of EC2 that the agent calls. No other can be called, so that this table is also the
 * one of the permissions that the agent needs, which {@code docs/iam.md} is made of.
 */
@SuppressWarnings("ImmutableEnumChecker") // Set.of never changes
public enum Ec2Operation {
  ASSIGN_IPV6_ADDRESSES(
      "AssignIpv6Addresses", "a prefix for pods", IamPolicy.IPV6, IamPolicy.IPV6_MORE_ENIS),
  ASSIGN_PRIVATE_IP_ADDRESSES(
      "AssignPrivateIpAddresses", "more addresses or prefixes on an ENI", IamPolicy.IPV4),
  ATTACH_NETWORK_INTERFACE(
      "AttachNetworkInterface", "another ENI", IamPolicy.IPV4, IamPolicy.IPV6_MORE_ENIS),
  CREATE_NETWORK_INTERFACE(
      "CreateNetworkInterface", "another ENI", IamPolicy.IPV4, IamPolicy.IPV6_MORE_ENIS),
  CREATE_TAGS(
      "CreateTags",
      "tags of ENIs, also of one that is being created",
      IamPolicy.IPV4,
      IamPolicy.IPV6,
      IamPolicy.IPV6_MORE_ENIS),
  DELETE_NETWORK_INTERFACE(
      "DeleteNetworkInterface",
      "one ENI less, and ENIs that nobody uses any more",
      IamPolicy.IPV4,
      IamPolicy.IPV6_MORE_ENIS),
  DESCRIBE_INSTANCE_TYPES(
      "DescribeInstanceTypes",
      "an instance type that is not in the table that comes with the agent",
      IamPolicy.IPV4,
      IamPolicy.IPV6,
      IamPolicy.IPV6_MORE_ENIS,
      IamPolicy.READ_ONLY),
  DESCRIBE_NETWORK_INTERFACES(
      "DescribeNetworkInterfaces",
      "this node's ENIs at the start and before one is given back, and ENIs that nobody uses any more",
      IamPolicy.IPV4,
      IamPolicy.IPV6,
      IamPolicy.IPV6_MORE_ENIS,
      IamPolicy.READ_ONLY),
  DESCRIBE_SUBNETS(
      "DescribeSubnets",
      "subnet discovery, and the address block of the subnet of another ENI",
      IamPolicy.IPV4,
      IamPolicy.IPV6,
      IamPolicy.IPV6_MORE_ENIS,
      IamPolicy.READ_ONLY),
  DETACH_NETWORK_INTERFACE(
      "DetachNetworkInterface", "one ENI less", IamPolicy.IPV4, IamPolicy.IPV6_MORE_ENIS),
  MODIFY_NETWORK_INTERFACE_ATTRIBUTE(
      "ModifyNetworkInterfaceAttribute",
      "delete-on-termination, and security groups that have changed",
      IamPolicy.IPV4,
      IamPolicy.IPV6,
      IamPolicy.IPV6_MORE_ENIS),
  UNASSIGN_IPV6_ADDRESSES(
      "UnassignIpv6Addresses",
      "a prefix that is not needed any more",
      IamPolicy.IPV6,
      IamPolicy.IPV6_MORE_ENIS),
  UNASSIGN_PRIVATE_IP_ADDRESSES(
      "UnassignPrivateIpAddresses", "fewer addresses or prefixes", IamPolicy.IPV4);

  private final String text;
  private final String purpose;
  private final Set<IamPolicy> policies;

  Ec2Operation(String text, String purpose, IamPolicy... policies) {
    this.text = text;
    this.purpose = purpose;
    this.policies = Set.of(policies);
  }

  /** Returns the name that EC2 and IAM know. */
  public String text() {
    return text;
  }

  /** Returns what it is called for, as part of a sentence for operators. */
  public String purpose() {
    return purpose;
  }

  public boolean isIn(IamPolicy policy) {
    return policies.contains(policy);
  }

  /** Returns the operations that a policy allows, in alphabetical order. */
  public static List<Ec2Operation> allowedBy(IamPolicy policy) {
    return Arrays.stream(values()).filter(each -> each.isIn(policy)).toList();
  }
}
