package io.vpccni.ipamd.imds.service;

import io.vpccni.ipamd.config.SdkConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/**
 * This is how IMDS is reached.
 *
 * @param endpoint scheme, host and port; a path is ignored
 * @param disabled every read fails at once
 * @param v1Forbidden whether plain IMDSv1 reads are refused where tokens cannot be had
 * @param ipv6 whether the node is an IPv6 one: /80 prefixes and the VPC's IPv6 blocks are read
 *     then, instead of single addresses and /28 prefixes
 * @param ownIpv6 whether the node's own IPv6 address matters: on IPv6 nodes, and where pods of an
 *     IPv4 node reach IPv6 through it
 * @param deadline for one read with its token and its repetitions
 * @param pause between two attempts of one read
 * @param vpcCidrPeriod how often the VPC's address blocks are looked at
 */
public record ImdsSettings(
    URI endpoint,
    boolean disabled,
    boolean v1Forbidden,
    boolean ipv6,
    boolean ownIpv6,
    Duration deadline,
    Duration pause,
    Duration vpcCidrPeriod) {
  private static final String IPV4_ENDPOINT = "http://169.254.169.254";
  private static final String IPV6_ENDPOINT = "http://[fd00:ec2::254]";

  /**
   * Makes the settings of what every AWS SDK knows about IMDS.
   *
   * @throws IllegalArgumentException if the endpoint is not an http(s) URL
   */
  public static ImdsSettings of(SdkConfig.Metadata sdk, boolean ipv6, boolean ipv6Egress) {
    var byMode = sdk.mode().toLowerCase(Locale.ROOT).equals("ipv6") ? IPV6_ENDPOINT : IPV4_ENDPOINT;
    return new ImdsSettings(
        checked(sdk.endpoint().isEmpty() ? byMode : sdk.endpoint()),
        sdk.disabled(),
        sdk.v1Disabled(),
        ipv6,
        ipv6 || ipv6Egress,
        Duration.ofSeconds(5),
        Duration.ofMillis(500),
        Duration.ofSeconds(30));
  }

  /** Returns the URL's port, or that of its scheme where the URL names none. */
  int port() {
    return endpoint.getPort() >= 0 ? endpoint.getPort() : tls() ? 443 : 80;
  }

  /** Returns the URL's host without the brackets of an IPv6 literal. */
  String host() {
    var host = endpoint.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  boolean tls() {
    return "https".equals(endpoint.getScheme());
  }

  private static URI checked(String text) {
    var uri = URI.create(text);
    if (uri.getHost() == null
        || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
      throw new IllegalArgumentException(
          "AWS_EC2_METADATA_SERVICE_ENDPOINT is not an http URL with a host: \"" + text + "\"");
    }
    return uri;
  }
}
