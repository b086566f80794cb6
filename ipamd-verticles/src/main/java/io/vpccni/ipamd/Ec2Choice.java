package io.vpccni.ipamd;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.config.SdkConfig;
import io.vpccni.ipamd.ec2.Ec2Settings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Derives the settings of the EC2 part from the operator's. */
final class Ec2Choice {
  private Ec2Choice() {}

  static Ec2Settings of(AgentConfig config) {
    var aws = config.aws();
    var features = config.features();
    return new Ec2Settings(
        new Ec2Settings.Connection(
            aws.ec2Endpoint().isEmpty()
                ? Optional.empty()
                : Optional.of(URI.create(aws.ec2Endpoint())),
            aws.httpTimeout(),
            Ec2Settings.DEFAULT_OVERALL_TIMEOUT,
            aws.version(),
            transport(aws.sdk())),
        new Ec2Settings.Tagging(aws.clusterName(), aws.additionalTags(), features.manageUntagged()),
        new Ec2Settings.Networking(
            config.ipv6(),
            features.customNetworking(),
            features.subnetDiscovery(),
            features.multiNic()),
        new Ec2Settings.Access(
            features.provisioning(), features.imdsOnly(), features.leakedEniCleanup()));
  }

  private static Ec2Settings.Transport transport(SdkConfig sdk) {
    return new Ec2Settings.Transport(
        sdk.caBundle().isEmpty() ? Optional.empty() : Optional.of(Path.of(sdk.caBundle())),
        sdk.proxies().https(),
        sdk.proxies().http(),
        sdk.proxies().direct());
  }
}
