package io.vpccni.ipamd.ec2;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** This is what the operator says about EC2. */
public record Ec2Settings(
    Connection connection, Tagging tagging, Networking networking, Access access) {
  public static final Duration DEFAULT_OVERALL_TIMEOUT = Duration.ofSeconds(40);

  /**
   * This is how EC2 is called.
   *
   * @param endpoint {@code AWS_EC2_ENDPOINT}; where empty the SDK's own variables and its default
   *     for the region hold
   * @param tryTimeout {@code HTTP_TIMEOUT}: for one HTTP request
   * @param overallTimeout for one call with its repetitions
   * @param version {@code VPC_CNI_VERSION}, for the user agent
   */
  public record Connection(
      Optional<URI> endpoint,
      Duration tryTimeout,
      Duration overallTimeout,
      String version,
      Transport transport) {}

  /**
   * Says which certificates are trusted and which proxies are used on the way to EC2.
   *
   * @param caBundle the CA certificates to trust instead of the JVM's
   * @param httpsProxy URL of the proxy to an https endpoint; empty for none
   * @param httpProxy URL of the proxy to an endpoint without TLS; empty for none
   * @param noProxy hosts that are reached without a proxy, separated by commas or blanks
   */
  public record Transport(
      Optional<Path> caBundle, String httpsProxy, String httpProxy, String noProxy) {}

  /**
   * These are the tags that ENIs get, and that tell which ENIs are managed.
   *
   * @param cluster {@code CLUSTER_NAME}, may be empty
   * @param additionalTags {@code ADDITIONAL_ENI_TAGS}, already without reserved keys
   * @param manageUntagged {@code MANAGE_UNTAGGED_ENI}
   */
  public record Tagging(
      String cluster, Map<String, String> additionalTags, boolean manageUntagged) {
    public Tagging {
      additionalTags = Map.copyOf(additionalTags);
    }
  }

  /**
   * This is where pods' addresses come from.
   *
   * @param ipv6 whether pods get IPv6 addresses
   * @param customNetworking subnets and security groups come from an ENIConfig
   * @param subnetDiscovery ENIs may be created in tagged subnets too
   * @param multiNic {@code ENABLE_MULTI_NIC}: network cards above 0 are used
   */
  public record Networking(
      boolean ipv6, boolean customNetworking, boolean subnetDiscovery, boolean multiNic) {}

  /**
   * This is what may be asked of EC2.
   *
   * @param provisioning false: nothing is changed in EC2
   * @param imdsOnly EC2 is never called
   * @param leakCleanup whether ENIs that a dead node left behind are deleted
   */
  public record Access(boolean provisioning, boolean imdsOnly, boolean leakCleanup) {}

  public boolean mayChange() {
    return access.provisioning() && !access.imdsOnly();
  }

  /** Tells whether the sweep for ENIs that other nodes left behind runs at all. */
  public boolean sweeps() {
    return access.leakCleanup() && mayChange() && !networking.ipv6();
  }
}
