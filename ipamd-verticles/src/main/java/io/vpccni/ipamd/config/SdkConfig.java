package io.vpccni.ipamd.config;

/**
 * Holds the variables that every AWS SDK knows and that the agent honours.
 *
 * @param caBundle path of the CA certificates to trust for EC2; empty for those of the JVM
 */
public record SdkConfig(Metadata metadata, String caBundle, Proxies proxies) {
  /**
   * Says how IMDS is reached.
   *
   * @param endpoint its URL; empty for the address that the mode names
   * @param mode {@code IPv4} or {@code IPv6}, in any case
   * @param disabled whether IMDS is never read
   * @param v1Disabled whether it is read with tokens only
   */
  public record Metadata(String endpoint, String mode, boolean disabled, boolean v1Disabled) {}

  /**
   * Names the proxies to EC2.
   *
   * @param https URL of the proxy to an https endpoint; empty for none
   * @param http URL of the proxy to an endpoint without TLS; empty for none
   * @param direct hosts that are reached without a proxy, separated by commas or blanks
   */
  public record Proxies(String https, String http, String direct) {}
}
