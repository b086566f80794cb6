package io.vpccni.ipamd.eni;

/** What is asked of EC2 when an ENI is to hold more addresses. */
public enum AddressKind {
  /** Single IPv4 addresses (/32). */
  SECONDARY_IP,
  /** IPv4 prefixes of 16 addresses (/28). */
  IPV4_PREFIX,
  /** IPv6 prefixes of 2^48 addresses (/80). */
  IPV6_PREFIX
}
