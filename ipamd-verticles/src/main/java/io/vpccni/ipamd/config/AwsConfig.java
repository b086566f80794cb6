package io.vpccni.ipamd.config;

import java.time.Duration;
import java.util.Map;

/**
 * This is how EC2 is talked to.
 *
 * @param clusterName {@code CLUSTER_NAME}; may be empty
 * @param additionalTags {@code ADDITIONAL_ENI_TAGS} without those that are reserved
 * @param ec2Endpoint {@code AWS_EC2_ENDPOINT}; empty for the region's own
 * @param version {@code VPC_CNI_VERSION}, for the user agent
 * @param httpTimeout {@code HTTP_TIMEOUT}, 10 s or more
 * @param sdk what every AWS SDK takes from the environment
 */
public record AwsConfig(
    String clusterName,
    Map<String, String> additionalTags,
    String ec2Endpoint,
    String version,
    Duration httpTimeout,
    SdkConfig sdk) {
  public AwsConfig {
    additionalTags = Map.copyOf(additionalTags);
  }
}
