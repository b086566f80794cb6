package io.vpccni.netprog.netfilter;

/** Says in which table family outbound connections are marked. */
public enum ConnmarkBackend {
  /** The marks are set in the iptables nat table, on nodes with legacy iptables. */
  IPTABLES("iptables"),
  /**
   * The marks are set in a native nftables table, because kube-proxy's nftables mode does its DNAT
   * in another base chain.
   */
  NFTABLES("nftables");

  private final String label;

  ConnmarkBackend(String label) {
    this.label = label;
  }

  /** Returns the name that metrics use. */
  public String label() {
    return label;
  }

  /**
   * Derives the backend from the output of {@code iptables --version}: anything that does not say
   * legacy is the nft variant.
   */
  public static ConnmarkBackend of(String version) {
    return version.contains("legacy") ? IPTABLES : NFTABLES;
  }
}
