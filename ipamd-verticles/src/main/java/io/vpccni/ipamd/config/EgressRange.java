package io.vpccni.ipamd.config;

import io.vpccni.rpc.address.Cidr;
import java.nio.file.Path;

/**
 * Pods reach the family that their cluster does not speak by node-local addresses of these ranges.
 * Ranges and folders are the reference's.
 */
public enum EgressRange {
  /** This is the range by which pods of an IPv6 cluster reach IPv4. */
  IPV4("169.254.172.0/22", "0.0.0.0/0", "/run/cni/v6pd/egress-v4-ipam"),
  /** This is the range by which pods of an IPv4 cluster reach IPv6. */
  IPV6("fd00::ac:00/118", "::/0", "/run/cni/v4pd/egress-v6-ipam");

  private static final String NETWORK = "aws-cni";

  private final String subnet;
  private final String destination;
  private final String dataFolder;

  EgressRange(String subnet, String destination, String dataFolder) {
    this.subnet = subnet;
    this.destination = destination;
    this.dataFolder = dataFolder;
  }

  /** Returns the range that a node's pods may need. */
  public static EgressRange of(boolean ipv6Node) {
    return ipv6Node ? IPV4 : IPV6;
  }

  /** Returns the range as the reference writes it. */
  public String subnet() {
    return subnet;
  }

  public Cidr cidr() {
    return Cidr.parse(subnet);
  }

  public String destination() {
    return destination;
  }

  /** Returns the data folder of host-local, which has a folder for each network in it. */
  public String dataFolder() {
    return dataFolder;
  }

  /** Returns where host-local keeps a file for each address in use. */
  public Path files() {
    return Path.of(dataFolder, NETWORK);
  }
}
