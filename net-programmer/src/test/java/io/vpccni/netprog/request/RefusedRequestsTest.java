package io.vpccni.netprog.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.rpc.wire.netprog.EnforcePolicy;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.PodChecked;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong in a request is reported by field, and it does no harm. */
class RefusedRequestsTest {
  private final RequestReader reader =
      new RequestReader(List.of(Path.of("/var/run/netns"), Path.of("/run/netns")));

  @Test
  void anotherNetworkPolicyModeIsRefused() {
    var desired =
        EnforcePolicy.newBuilder()
            .setPodNamespace("default")
            .setPodName("a")
            .setMode("lenient")
            .setInterfaceCount(1);
    refuses(
        Envelope.newBuilder().setEnforcePolicy(desired).build(),
        "mode is not one of none, standard, strict: \"lenient\"");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          container_id: ''                                   | pod.container_id is not a container id: ""
          container_id: '../x'                               | pod.container_id is not a container id: "../x"
          container_id: 'a b'                                | pod.container_id
          if_name: 'eth0123456789abc'                        | pod.if_name is not an interface name
          if_name: '.'                                       | pod.if_name is not an interface name
          if_name: 'a/b'                                     | pod.if_name is not an interface name
          pod_name: 'A\\nB'                                  | pod.pod_name is not a Kubernetes name: "A?B"
          pod_namespace: '-x'                                | pod.pod_namespace is not a Kubernetes name
          netns: 'relative'                                  | pod.netns is not a path of a network namespace below
          netns: '/etc/passwd'                               | pod.netns
          netns: '/var/run/netns'                            | pod.netns
          netns: '/var/run/netns/../../etc/x'                | pod.netns
          netns: '/var/run/netns//x'                         | pod.netns
          netns: '/var/run/netnsx/y'                         | pod.netns
          netns: '/proc/self/ns/net'                         | pod.netns
          netns: '/proc/1/ns/mnt'                            | pod.netns
          netns: '/proc/01/ns/net'                           | pod.netns
          netns: '/var/run/netns/a\\000b'                    | pod.netns
          mtu: 0                                             | pod.mtu is 0; 576 to 9001 are allowed
          mtu: 9002                                          | pod.mtu is 9002
          mtu: 4294967295                                    | pod.mtu is 4294967295
          branch_eni {vlan_id: 0}                            | pod.branch_eni.vlan_id is 0; 1 to 4094 are allowed
          branch_eni {vlan_id: 4095}                         | pod.branch_eni.vlan_id is 4095
          branch_eni {vlan_id: 154}                          | pod.branch_eni.vlan_id is 154, whose route table would be 254
          branch_eni {vlan_id: 7 mac: 'x'}                   | pod.branch_eni.mac is not a MAC address
          egress {ip: '1.2.3'}                               | pod.egress.ip is not an IP address: "1.2.3"
          egress {ip: '169.254.172.2'}                       | pod.egress.ip is not an IPv6 address: "169.254.172.2"
          egress {ip: 'fd00::ac:1' host_veth: 'veth0a1b2c3d'} | pod.egress.ip is in neither of
          egress {ip: 'fd00::ad:2' host_veth: 'veth0a1b2c3d'} | pod.egress.ip is in neither of
          egress {ip: 'fd00::ac:2' host_veth: 'veth1a2b3c4'} | pod.egress.host_veth is not a name for a pod's host link
          egress {ip: 'fd00::ac:2'}                          | pod.egress.host_veth is not a name for a pod's host link
          interfaces {if_name: ''}                           | pod.interfaces[1].if_name is not an interface name
          interfaces {if_name: 'e1' host_veth: 'lo'}         | pod.interfaces[1].host_veth is not a name for a pod's host link
          interfaces {if_name: 'e1' host_veth: 'ens5'}       | pod.interfaces[1].host_veth is not a name for a pod's host link
          interfaces {if_name: 'e1' host_veth: 'eni0123456789A'} | pod.interfaces[1].host_veth is not a name for a pod's host link
          interfaces {if_name: 'e1' host_veth: 'enis0123456789a'} | pod.interfaces[1].ip is not an IP address: ""
          interfaces {if_name: 'e1' host_veth: 'enisx0123456789a'} | pod.interfaces[1].host_veth is not a name for a pod's host link
          interfaces {if_name: 'e1' host_veth: 'eni00000000001' ip: '10.0.0.256'} | pod.interfaces[1].ip is not an IP address
          interfaces {if_name: 'e1' host_veth: 'eni00000000001' ip: '169.254.169.254'} | pod.interfaces[1].ip is not an address that a pod may have
          interfaces {if_name: 'e1' host_veth: 'eni00000000001' ip: '127.0.0.1'} | pod.interfaces[1].ip is not an address that a pod may have
          interfaces {if_name: 'e1' host_veth: 'eni00000000001' ip: 'fe80::1'} | pod.interfaces[1].ip is not an address that a pod may have
          interfaces {if_name: 'e1' host_veth: 'eni00000000001' ip: '224.0.0.1'} | pod.interfaces[1].ip is not an address that a pod may have
          interfaces {if_name: 'e1' host_veth: 'eni00000000001' ip: '2600::1' route_table: 2} | pod.interfaces[1].ip is of another family
          interfaces {if_name: 'e1' host_veth: 'eni00000000001' ip: '10.0.0.2' route_table: 65536} | pod.interfaces[1].route_table is 65536
          interfaces {if_name: 'e1' host_veth: 'eni00000000001' ip: '10.0.0.2' route_table: 255} | pod.interfaces[1].route_table is 255, a table of the kernel
          interfaces {if_name: 'eth0' host_veth: 'eni00000000001' ip: '10.0.0.2' route_table: 2} | pod.interfaces[1] has a name that another
          if_name: 'eth9'                                    | pod.interfaces[0].if_name is not the pod's if_name
          """)
  void aPodWithOneBadFieldIsRefusedByItsName(String spoilt, String message) throws Exception {
    var pod = SampleRequests.pod().toBuilder();
    clearScalar(pod, spoilt);
    TextFormat.merge(spoilt, pod);

    refuses(SampleRequests.attach(pod.build()), message);
  }

  @Test
  void ipv6NeedsTheLeastMtuOfIpv6() {
    refuses(
        SampleRequests.attach(SampleRequests.podWithEgress().toBuilder().setMtu(1279).build()),
        "pod.mtu is 1279; 1280 to 9001 are allowed");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ipv6: true                              | host must have exactly one of ipv4 and ipv6
          ipv4: false                             | host must have exactly one of ipv4 and ipv6
          ipv4_egress: true                       | host.ipv4_egress is for IPv6 nodes
          primary_mac: '02:00:00:63:53'           | host.primary_mac is not a MAC address: "02:00:00:63:53"
          primary_ipv4: '2600::1'                 | host.primary_ipv4 is not an IPv4 address: "2600::1"
          primary_ipv4: ''                        | host.primary_ipv4 is not an IP address: ""
          primary_ipv6: '10.0.0.1'                | host.primary_ipv6 is not an IPv6 address
          vpc_ipv4_cidrs: '10.0.0.0/33'           | host.vpc_ipv4_cidrs[1] is not a CIDR: "10.0.0.0/33"
          vpc_ipv4_cidrs: '-j ACCEPT'             | host.vpc_ipv4_cidrs[1] is not a CIDR
          exclude_snat_cidrs: '::/0'              | host.exclude_snat_cidrs[1] is not an IPv4 CIDR
          external_service_cidrs: 'x'             | host.external_service_cidrs[0] is not a CIDR
          snat_randomization: 7                   | host.snat_randomization is not a known value
          connmark: 0                             | host.connmark is 0, which marks nothing
          eni_mtu: 500                            | host.eni_mtu is 500; 576 to 9001 are allowed
          veth_prefix: ''                         | host.veth_prefix must be 1 to 4 characters
          veth_prefix: 'eth'                      | host.veth_prefix must be 1 to 4 characters and not eth, vlan or lo
          veth_prefix: 'a+b'                      | host.veth_prefix is not an interface name
          veth_prefix: 'a*b'                      | host.veth_prefix is not an interface name
          veth_prefix: 'x y'                      | host.veth_prefix is not an interface name
          veth_prefix: '%d'                       | host.veth_prefix is not an interface name
          veth_prefix: 'eni12'                    | host.veth_prefix must be 1 to 4 characters
          enis {eni_id: 'x'}                      | host.enis[1].eni_id is not an ENI id: "x"
          enis {eni_id: 'eni-1' route_table: 254} | host.enis[1].route_table is 254, the main table
          enis {eni_id: 'eni-1' route_table: 253} | host.enis[1].route_table is 253, a table of the kernel
          enis {eni_id: 'eni-1' route_table: 3}   | host.enis[1].mac is not a MAC address: ""
          enis {eni_id: 'eni-1' route_table: 3 mac: '02:00:00:63:53:4c' primary_ip: '10.0.1.9' subnet_cidr: '10.0.1.0/24'} | host.enis[1].mac is another ENI's too
          enis {eni_id: 'eni-1' route_table: 3 mac: '02:00:00:63:53:4f' primary_ip: '10.0.1.10' subnet_cidr: '10.0.1.0/24'} | host.enis[1].primary_ip is another ENI's too
          enis {eni_id: 'eni-1' route_table: 3 mac: '02:00:00:63:53:4f' primary_ip: '10.0.2.10' subnet_cidr: '10.0.1.0/24'} | host.enis[1].subnet_cidr does not contain 10.0.2.10
          enis {eni_id: 'eni-1' route_table: 3 mac: '02:00:00:63:53:4f' primary_ip: '127.0.0.1' subnet_cidr: '10.0.1.0/24'} | host.enis[1].primary_ip is not an address that a pod may have
          """)
  void aHostWithOneBadFieldIsRefusedByItsName(String spoilt, String message) throws Exception {
    var host = SampleRequests.host().toBuilder();
    clearScalar(host, spoilt);
    TextFormat.merge(spoilt, host);

    refuses(SampleRequests.applyHost(host.build()), message);
  }

  /**
   * Clears a field, because protobuf's text format merges, and for a scalar the test wants to
   * replace it.
   */
  private static void clearScalar(Message.Builder message, String spoilt) {
    var field = message.getDescriptorForType().findFieldByName(spoilt.split("[: ]", 2)[0]);
    if (!field.isRepeated()) message.clearField(field);
  }

  @Test
  void longListsAndLongTextsAreRefusedShortly() {
    var many = SampleRequests.host().toBuilder();
    for (int i = 0; i < 1001; i++) many.addVpcIpv4Cidrs("10.0.0.0/16");
    refuses(
        SampleRequests.applyHost(many.build()),
        "host.vpc_ipv4_cidrs has 1002 entries, at most 1000 are allowed");

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(
            () ->
                reader.read(
                    SampleRequests.attach(
                        SampleRequests.pod().toBuilder().setNetns("/x".repeat(100_000)).build())))
        .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(300));
  }

  @Test
  void anAnswerOrNothingIsNotARequest() {
    refuses(
        Envelope.newBuilder().setPodChecked(PodChecked.getDefaultInstance()).build(),
        "body is not a request");
    refuses(Envelope.getDefaultInstance(), "body is not a request");
  }

  @Test
  void whateverIsSentIsReadOrRefusedAndNothingElseHappens() {
    var seeds =
        List.of(
            SampleRequests.attach(SampleRequests.podWithEgress()).toByteArray(),
            SampleRequests.applyHost(SampleRequests.host()).toByteArray(),
            SampleRequests.sync(
                    SampleRequests.host(), SampleRequests.pod(), SampleRequests.podWithEgress())
                .toByteArray());
    int read = 0;
    int refused = 0;
    for (long seed = 0; seed < 20_000; seed++) {
      var random = new Random(seed);
      var bytes = seeds.get(random.nextInt(seeds.size())).clone();
      for (int i = random.nextInt(4); i >= 0; i--)
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      try {
        reader.read(Envelope.parseFrom(bytes));
        read++;
      } catch (InvalidProtocolBufferException notAnEnvelope) {
        // The server closes such a connection.
      } catch (Refusal refusal) {
        refused++;
        assertThat(refusal.getMessage()).as("seed %d", seed).matches("[ -~]+");
      }
    }
    assertThat(read).isPositive();
    assertThat(refused).isPositive();
  }

  private void refuses(Envelope envelope, String message) {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> reader.read(envelope))
        .satisfies(refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.INVALID))
        .withMessageContaining(envelope.getBodyCase() + ": " + message);
  }
}
