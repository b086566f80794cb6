package io.vpccni.ipamd.config;

import io.vpccni.rpc.address.Cidr;
import java.util.List;

/**
 * What the host network should look like.
 *
 * @param connmark used as value and as mask, unsigned, never 0
 * @param eniMtu 576 to 9001
 * @param podMtu 576 to 9001
 * @param vethPrefix at most 4 bytes
 * @param strictSecurityGroups {@code POD_SECURITY_GROUP_ENFORCING_MODE}: strict, else standard
 * @param ipv4Egress an IPv6 node whose pods reach IPv4
 * @param ipv6Egress an IPv4 node whose pods reach IPv6
 */
public record HostConfig(
    boolean externalSnat,
    List<Cidr> excludeSnatCidrs,
    List<Cidr> externalServiceCidrs,
    SnatRandomness snatRandomness,
    boolean nodePort,
    int connmark,
    int eniMtu,
    int podMtu,
    String vethPrefix,
    boolean podEni,
    boolean strictSecurityGroups,
    boolean ipv4Egress,
    boolean ipv6Egress) {
  public HostConfig {
    excludeSnatCidrs = List.copyOf(excludeSnatCidrs);
    externalServiceCidrs = List.copyOf(externalServiceCidrs);
  }

  /** {@code AWS_VPC_K8S_CNI_RANDOMIZESNAT}; the numbers of the introspection are the ordinals. */
  public enum SnatRandomness {
    NONE("none"),
    HASH("hashrandom"),
    PRNG("prng");

    private final String text;

    SnatRandomness(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
