package io.vpccni.ipamd.ec2.api;

/** A kind of node by what the agent there may ask of EC2. Each has its own IAM policy. */
public enum IamPolicy {
  /** Pods get IPv4 addresses: single ones or prefixes, also of other subnets and ENIConfigs. */
  IPV4,
  /** Pods get IPv6 addresses of the primary ENI. */
  IPV6,
  /** Pods get IPv6 addresses, and the agent adds ENIs, because several network cards are used. */
  IPV6_MORE_ENIS,
  /** The agent changes nothing in EC2. */
  READ_ONLY
}
