package io.vpccni.ipamd.eni;

/** This is what is asked of EC2 when an ENI is to hold more addresses. */
public enum AddressKind {
  /** EC2 is asked for single IPv4 addresses (/32). */
  SECONDARY_IP,
  /** EC2 is asked for IPv4 prefixes of 16 addresses (/28). */
  IPV4_PREFIX,
  /** EC2 is asked for IPv6 prefixes of 2^48 addresses (/80). */
  IPV6_PREFIX
}
