package io.vpccni.netprog.netfilter;

/**
 * Names the iptables programs.
 *
 * @param variant {@code iptables} for the node's own choice, {@code iptables-legacy} or {@code
 *     iptables-nft} to force one
 */
public record IptablesPrograms(String variant) {
  public static final IptablesPrograms OF_THE_NODE = new IptablesPrograms("iptables");

  String iptables() {
    return variant;
  }

  String save(boolean v6) {
    return family(v6) + "-save";
  }

  String restore(boolean v6) {
    return family(v6) + "-restore";
  }

  private String family(boolean v6) {
    return v6 ? variant.replaceFirst("^ip", "ip6") : variant;
  }
}
