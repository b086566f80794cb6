package io.vpccni.ipamd.ec2.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Settings.Transport;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** These tests show which proxy EC2 is reached through. */
class ProxySettingsTest {
  @ParameterizedTest(name = "{0} by {1}: proxy {2}, bypassed {3}")
  @CsvSource({
    "ec2.eu-west-1.amazonaws.com, .amazonaws.com, proxy:3128, true",
    "ec2.eu-west-1.amazonaws.com, amazonaws.com, proxy:3128, true",
    "ec2.eu-west-1.amazonaws.com, *.amazonaws.com, proxy:3128, true",
    "ec2.eu-west-1.amazonaws.com, '10.0.0.1,ec2.eu-west-1.amazonaws.com', proxy:3128, true",
    "ec2.eu-west-1.amazonaws.com, *, proxy:3128, true",
    "ec2.eu-west-1.amazonaws.com, azonaws.com, proxy:3128, false",
    "ec2.eu-west-1.amazonaws.com, example.com, proxy:3128, false",
  })
  void hostsAreNamedAsForEveryTool(String host, String noProxy, String proxy, boolean bypassed) {
    var transport = new Transport(Optional.empty(), "http://user:pw@" + proxy, "", noProxy);
    var settings = ProxySettings.of(transport, "https").orElseThrow();
    assertThat(settings.port()).isEqualTo(3128);
    assertThat(settings.direct().stream().anyMatch(host::matches)).isEqualTo(bypassed);
    assertThat(ProxySettings.of(transport, "http")).isEmpty();
  }
}
