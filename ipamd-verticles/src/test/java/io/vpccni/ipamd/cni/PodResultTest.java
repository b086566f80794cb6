package io.vpccni.ipamd.cni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.dataplane.DataplaneReply.WiredPair;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.BranchEni;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.LinkNames;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodResultTest {
  private static final String NETNS = "/var/run/netns/cni-5f1c";
  private static final PodRef POD = new PodRef("kube-system", "coredns-57ff979f67-qqbdh");

  private static HeldAddress address(String ip, int card, int device, int table) {
    return new HeldAddress(Ip.parse(ip), card, new EniId("eni-1"), device, table);
  }

  private static PodResult result(HeldAddress... addresses) {
    return PodResult.of(
        holding(new Wiring(NETNS, List.of(), Wiring.By.PROGRAMMER), addresses), "eni");
  }

  private static Holding holding(Wiring wiring, HeldAddress... addresses) {
    return new Holding(
        new Attachment("c1", "eth0", "aws-cni"),
        POD,
        wiring,
        List.of(addresses),
        Optional.empty(),
        Instant.EPOCH);
  }

  private static String print(PodResult result, CniVersion version) {
    return result.print(version, Optional.empty());
  }

  @Test
  void version04KeepsInsertionOrderAndSaysTheFamily() {
    assertThat(print(result(address("10.0.1.101", 0, 1, 2)), CniVersion.V0_4_0))
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
            print(
                result(address("10.0.1.102", 0, 1, 2), address("10.0.9.40", 1, 1, 10101)),
                CniVersion.V1_0_0))
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
    var own = result(address("2600:1f13:aaa:100:8::a", 0, 0, 254));
    var pair = new WiredPair("v4if0", "fe:01:02:03:04:05", "veth0a1b2c3d", "8a:f2:6a:54:f9:08");
    assertThat(print(own.withEgress(List.of(pair), NETNS), CniVersion.V0_4_0))
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
                        "mac": "254",
                        "sandbox": "/var/run/netns/cni-5f1c"
                    },
                    {
                        "name": "dummyb5faff8a083",
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
                        "sandbox": "/var/run/netns/cni-5f1c"
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
    assertThat(print(result(address("2001:db8::1", 0, 0, 254)), CniVersion.V0_2_0))
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

  @Test
  void aPodWithABranchEniHasItsVlanInTheDummyAndItsGateway() {
    var eni =
        new BranchEni(7, "02:00:00:11:22:33", Ip.parse("10.0.1.1"), "02:00:00:00:00:02", true);
    var wiring =
        new Wiring(NETNS, List.of("vlanb5faff8a083"), Wiring.By.PROGRAMMER, Optional.of(eni));
    var result = PodResult.of(holding(wiring, address("10.0.1.140", 0, -1, 0)), "eni");
    assertThat(print(result, CniVersion.V1_1_0))
        .isEqualTo(
            """
            {
                "cniVersion": "1.1.0",
                "interfaces": [
                    {
                        "name": "vlanb5faff8a083"
                    },
                    {
                        "mac": "0",
                        "name": "eth0",
                        "sandbox": "/var/run/netns/cni-5f1c"
                    },
                    {
                        "mac": "7",
                        "name": "dummyb5faff8a083"
                    }
                ],
                "ips": [
                    {
                        "address": "10.0.1.140/32",
                        "gateway": "10.0.1.1",
                        "interface": 1
                    }
                ]
            }""");
  }

  @Test
  void whatThePluginBeforeMadeStaysInTheResult() {
    var before =
        Json.object(
            """
            {"cniVersion":"0.4.0","interfaces":[{"name":"tap0"}],
             "ips":[{"version":"4","interface":0,"address":"192.0.2.7/24"}],
             "routes":[{"dst":"198.51.100.0/24"}],"dns":{"nameservers":["192.0.2.1"]}}""");
    var result = result(address("10.0.1.101", 0, 1, 2));
    for (var version : List.of(CniVersion.V0_4_0, CniVersion.V1_0_0)) {
      var merged = Json.object(result.print(version, Optional.of(before)));
      assertThat(Json.text(merged, "cniVersion")).isEqualTo(version.text());
      assertThat(Json.asList(merged.get("interfaces")))
          .extracting(link -> Json.text(Json.asObject(link), "name"))
          .containsExactly("tap0", "enib5faff8a083", "eth0", "dummyb5faff8a083");
      assertThat(Json.asList(merged.get("ips")))
          .extracting(ip -> Json.asObject(ip).get("interface"))
          .containsExactly(0, 2);
      assertThat(merged.get("routes")).isEqualTo(before.get("routes"));
      assertThat(merged.get("dns")).isEqualTo(before.get("dns"));
    }
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
