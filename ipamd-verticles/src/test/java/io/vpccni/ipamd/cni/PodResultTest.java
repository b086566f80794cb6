package io.vpccni.ipamd.cni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.dataplane.DataplaneReply.WiredPair;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.link.LinkNames;
import io.vpccni.ipamd.pool.GrantedAddress;
import io.vpccni.ipamd.pool.PodRef;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodResultTest {
  private static final PodRef POD = new PodRef("kube-system", "coredns-57ff979f67-qqbdh");

  private static GrantedAddress address(String ip, int card, int device, int table) {
    return new GrantedAddress(Ip.parse(ip), card, new EniId("eni-1"), device, table);
  }

  private static PodResult result(GrantedAddress... addresses) {
    return PodResult.of("eth0", "/var/run/netns/cni-5f1c", POD, "eni", List.of(addresses));
  }

  @Test
  void version04KeepsInsertionOrderAndSaysTheFamily() {
    assertThat(result(address("10.0.1.101", 0, 1, 2)).print(CniVersion.V0_4_0))
        .isEqualTo(
            """
            {
                "cniVersion": "0.4.0",
                "interfaces": [
                    {
                        "name": "enib5faff8a083"
                    },
                    {
                        "name": "eth0",
                        "mac": "2",
                        "sandbox": "/var/run/netns/cni-5f1c"
                    },
                    {
                        "name": "dummyb5faff8a083",
                        "mac": "0",
                        "sandbox": "1"
                    }
                ],
                "ips": [
                    {
                        "version": "4",
                        "interface": 1,
                        "address": "10.0.1.101/32"
                    }
                ],
                "dns": {}
            }""");
  }

  @Test
  void version1SortsItsKeysAndHasNoFamily() {
    assertThat(
            result(address("10.0.1.102", 0, 1, 2), address("10.0.9.40", 1, 1, 10101))
                .print(CniVersion.V1_0_0))
        .isEqualTo(
            """
            {
                "cniVersion": "1.0.0",
                "interfaces": [
                    {
                        "name": "enib5faff8a083"
                    },
                    {
                        "mac": "2",
                        "name": "eth0",
                        "sandbox": "/var/run/netns/cni-5f1c"
                    },
                    {
                        "name": "%s"
                    },
                    {
                        "mac": "10101",
                        "name": "mNicIf1",
                        "sandbox": "/var/run/netns/cni-5f1c"
                    },
                    {
                        "mac": "0",
                        "name": "dummyb5faff8a083",
                        "sandbox": "1"
                    }
                ],
                "ips": [
                    {
                        "address": "10.0.1.102/32",
                        "interface": 1
                    },
                    {
                        "address": "10.0.9.40/32",
                        "interface": 3
                    }
                ]
            }"""
                .formatted(LinkNames.hostVeth("eni", POD, 1)));
  }

  @Test
  void theLinkToTheOtherFamilyFollowsAsTheReferencesSecondPluginAppendsIt() {
    var pod = new PodRef("default", "sample-pod");
    var own =
        PodResult.of(
            "eth0",
            "/var/run/netns/cni-1a2b",
            pod,
            "eni",
            List.of(address("2600:1f13:aaa:100:8::a", 0, 0, 254)));
    var pair = new WiredPair("v4if0", "fe:01:02:03:04:05", "veth0a1b2c3d", "8a:f2:6a:54:f9:08");
    assertThat(own.withEgress(List.of(pair), "/var/run/netns/cni-1a2b").print(CniVersion.V0_4_0))
        .isEqualTo(
            """
            {
                "cniVersion": "0.4.0",
                "interfaces": [
                    {
                        "name": "enicc21c2d7785"
                    },
                    {
                        "name": "eth0",
                        "mac": "254",
                        "sandbox": "/var/run/netns/cni-1a2b"
                    },
                    {
                        "name": "dummycc21c2d7785",
                        "mac": "0",
                        "sandbox": "0"
                    },
                    {
                        "name": "veth0a1b2c3d",
                        "mac": "8a:f2:6a:54:f9:08"
                    },
                    {
                        "name": "v4if0",
                        "mac": "fe:01:02:03:04:05",
                        "sandbox": "/var/run/netns/cni-1a2b"
                    }
                ],
                "ips": [
                    {
                        "version": "6",
                        "interface": 1,
                        "address": "2600:1f13:aaa:100:8::a/128"
                    }
                ],
                "dns": {}
            }""");
  }

  @Test
  void oldVersionsKnowOneAddressOfEachFamily() {
    assertThat(result(address("2001:db8::1", 0, 0, 254)).print(CniVersion.V0_2_0))
        .isEqualTo(
            """
            {
                "cniVersion": "0.2.0",
                "ip6": {
                    "ip": "2001:db8::1/128"
                },
                "dns": {}
            }""");
  }

  @ParameterizedTest(name = "{0}/{1} interface {2}: {3}")
  @CsvSource({
    "kube-system,coredns-57ff979f67-qqbdh,0,b5faff8a083",
    "kube-system,coredns-57ff979f67-8ns9b,0,9571956a6cc",
    "default,sample-pod,0,cc21c2d7785",
    "kube-system,web-2,0,ca82d32c244",
    "'','',0,3a52ce78095",
    "'','',1,ce799470a46",
  })
  void hostVethsAreNamedAsTheReferenceNamesThem(
      String namespace, String name, int index, String suffix) {
    assertThat(LinkNames.hostVeth("eni", new PodRef(namespace, name), index))
        .isEqualTo("eni" + suffix);
  }
}
