package io.vpccni.netprog.netfilter;

/** Where outbound connections are marked. */
public enum ConnmarkBackend {
  /** In the nat table, on nodes with legacy iptables. */
  IPTABLES("iptables"),
  /**
   * In a native table of its own, since kube-proxy's nftables mode does its DNAT in another base
   * chain.
   */
  NFTABLES("nftables");

  private final String label;

  ConnmarkBackend(String label) {
    this.label = label;
  }

  /** As metrics call it. */
  public String label() {
    return label;
  }

  /**
   * From the answer of {@code iptables --version}: anything that does not say legacy is the nft
   * variant.
   */
  public static ConnmarkBackend of(String version) {
    return version.contains("legacy") ? IPTABLES : NFTABLES;
  }
}
