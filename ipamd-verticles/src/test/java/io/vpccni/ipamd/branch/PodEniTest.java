package io.vpccni.ipamd.branch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Ip;
import org.junit.jupiter.api.Test;

/** What cannot be used is in BranchPodTest, with what a runtime sees of it. */
class PodEniTest {
  private static final String BOTH =
      """
      [{"eniId":"eni-abc","ifAddress":"01:23:45:67:89:ab","privateIp":"10.0.0.1","ipv6Addr":"2001:db8::1",
        "%s":1,"subnetCidr":"10.0.0.0/24","subnetV6Cidr":"2001:db8::/64"},{"eniId":"eni-second"}]""";

  @Test
  void anIpv4PodHasTheFirstAddressOfItsSubnetAsGateway() {
    assertThat(PodEni.parse(BOTH.formatted("vlanId"), false))
        .isEqualTo(
            new PodEni(
                new EniId("eni-abc"),
                "01:23:45:67:89:ab",
                Ip.parse("10.0.0.1"),
                1,
                Ip.parse("10.0.0.1")));
  }

  @Test
  void anIpv6PodHasTheRouterOfEachSubnetAsGateway() {
    var eni = PodEni.parse(BOTH.formatted("vlanId"), true);
    assertThat(eni.ip()).isEqualTo(Ip.parse("2001:db8::1"));
    assertThat(eni.gateway()).isEqualTo(Ip.parse("fe80:ec2::1"));
  }

  @Test
  void keysCountInAnyCase() {
    assertThat(PodEni.parse(BOTH.formatted("vlanID"), false).vlan()).isOne();
    assertThat(PodEni.parse(BOTH.formatted("VLANID"), false).vlan()).isOne();
  }
}
