package io.vpccni.ipamd.config;

import io.vpccni.rpc.address.Cidr;
import java.util.List;

/**
 * This is what the host network should look like.
 *
 * @param externalServiceCidrs destinations that all pods reach through the primary ENI
 * @param nodePort whether answers to NodePort traffic leave through the primary ENI
 * @param connmark used as value and as mask, unsigned, never 0
 * @param eniMtu 576 to 9001
 */
public record HostConfig(
    Snat snat,
    List<Cidr> externalServiceCidrs,
    boolean nodePort,
    int connmark,
    int eniMtu,
    PodLinks podLinks,
    SecurityGroups securityGroups,
    Egress egress) {
  public HostConfig {
    externalServiceCidrs = List.copyOf(externalServiceCidrs);
  }

  /**
   * Says whose addresses the world outside the VPC sees.
   *
   * @param external whether something outside the node translates addresses
   * @param excluded destinations that see the pods' own addresses
   */
  public record Snat(boolean external, List<Cidr> excluded, SnatRandomness randomness) {
    public Snat {
      excluded = List.copyOf(excluded);
    }
  }

  /**
   * These are the settings for the links of pods.
   *
   * @param mtu 576 to 9001
   * @param vethPrefix 1 to 4 characters
   */
  public record PodLinks(int mtu, String vethPrefix) {}

  /**
   * Says how pods get security groups of their own.
   *
   * @param podEni whether pods may have branch ENIs
   * @param strict {@code POD_SECURITY_GROUP_ENFORCING_MODE}: strict, else standard
   */
  public record SecurityGroups(boolean podEni, boolean strict) {
    /** Returns the mode as the operator writes it. */
    public String mode() {
      return strict ? "strict" : "standard";
    }
  }

  /**
   * This tells whether pods reach the family that they have no address of, through the node.
   *
   * @param ipv4 an IPv6 node whose pods reach IPv4
   * @param ipv6 an IPv4 node whose pods reach IPv6
   */
  public record Egress(boolean ipv4, boolean ipv6) {
    public boolean enabled() {
      return ipv4 || ipv6;
    }
  }

  /**
   * Holds the values of {@code AWS_VPC_K8S_CNI_RANDOMIZESNAT}; the numbers of the introspection are
   * the ordinals.
   */
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
