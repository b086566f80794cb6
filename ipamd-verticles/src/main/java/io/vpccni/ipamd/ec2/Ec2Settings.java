package io.vpccni.ipamd.ec2;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * This is what the operator says about EC2.
 *
 * @param endpoint {@code AWS_EC2_ENDPOINT}; where empty the SDK's own variables and its default for
 *     the region hold
 * @param tryTimeout {@code HTTP_TIMEOUT}: for one HTTP request
 * @param overallTimeout for one call with its repetitions
 * @param version {@code VPC_CNI_VERSION}, for the user agent
 * @param cluster {@code CLUSTER_NAME}, may be empty
 * @param additionalTags {@code ADDITIONAL_ENI_TAGS}, already without reserved keys
 * @param ipv6 whether pods get IPv6 addresses
 * @param customNetworking subnets and security groups come from an ENIConfig
 * @param subnetDiscovery ENIs may be created in tagged subnets too
 * @param provisioning false: nothing is changed in EC2
 * @param imdsOnly EC2 is never called
 * @param leakCleanup whether ENIs that a dead node left behind are deleted
 * @param manageUntagged {@code MANAGE_UNTAGGED_ENI}
 * @param multiNic {@code ENABLE_MULTI_NIC}: network cards above 0 are used
 */
public record Ec2Settings(
    Optional<URI> endpoint,
    Duration tryTimeout,
    Duration overallTimeout,
    String version,
    String cluster,
    Map<String, String> additionalTags,
    boolean ipv6,
    boolean customNetworking,
    boolean subnetDiscovery,
    boolean provisioning,
    boolean imdsOnly,
    boolean leakCleanup,
    boolean manageUntagged,
    boolean multiNic) {
  public static final Duration DEFAULT_TRY_TIMEOUT = Duration.ofSeconds(10);
  public static final Duration DEFAULT_OVERALL_TIMEOUT = Duration.ofSeconds(40);

  public Ec2Settings {
    additionalTags = Map.copyOf(additionalTags);
  }

  /** Returns the reference's defaults: IPv4, with subnet discovery and leak clean-up on. */
  public static Ec2Settings defaults() {
    return new Ec2Settings(
        Optional.empty(),
        DEFAULT_TRY_TIMEOUT,
        DEFAULT_OVERALL_TIMEOUT,
        "",
        "",
        Map.of(),
        false,
        false,
        true,
        true,
        false,
        true,
        true,
        false);
  }

  public boolean mayChange() {
    return provisioning && !imdsOnly;
  }

  /** Tells whether the sweep for ENIs that other nodes left behind runs at all. */
  public boolean sweeps() {
    return leakCleanup && mayChange() && !ipv6;
  }
}
