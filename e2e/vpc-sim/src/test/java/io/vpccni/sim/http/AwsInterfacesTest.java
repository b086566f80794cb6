package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.ModifyNetworkInterfaceAttributeRequest;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceStatus;
import software.amazon.awssdk.services.ec2.model.ResourceType;

/** Interfaces and their addresses, as AWS's own client sees them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwsInterfacesTest {
  private final AwsScene aws = new AwsScene();

  @AfterAll
  void close() {
    aws.close();
  }

  @Test
  void anInterfaceFromCreateToDelete() {
    var node = aws.instance("m5.large").instanceId();
    var created =
        aws.ask(
                ec2 ->
                    ec2.createNetworkInterface(
                        r ->
                            r.subnetId(aws.subnet)
                                .description("aws-K8S-" + node)
                                .groups(aws.group)
                                .secondaryPrivateIpAddressCount(9)
                                .connectionTrackingSpecification(c -> c.tcpEstablishedTimeout(350))
                                .tagSpecifications(
                                    AwsScene.tags(
                                        ResourceType.NETWORK_INTERFACE,
                                        "node.k8s.amazonaws.com/instance_id",
                                        node))))
            .networkInterface();
    assertThat(created.privateIpAddresses()).hasSize(10);
    assertThat(created.privateIpAddresses().getFirst().primary()).isTrue();
    var id = created.networkInterfaceId();
    assertThat(aws.eni(id).status()).isEqualTo(NetworkInterfaceStatus.AVAILABLE);
    assertThat(aws.eni(id).connectionTrackingConfiguration().tcpEstablishedTimeout())
        .isEqualTo(350);

    var attachment =
        aws.ask(
                ec2 ->
                    ec2.attachNetworkInterface(
                        r ->
                            r.networkInterfaceId(id)
                                .instanceId(node)
                                .deviceIndex(1)
                                .networkCardIndex(0)))
            .attachmentId();
    assertThat(aws.eni(id).status()).isEqualTo(NetworkInterfaceStatus.IN_USE);
    assertThat(aws.eni(id).attachment().status()).isEqualTo(AttachmentStatus.ATTACHED);
    assertThat(aws.eni(id).attachment().deleteOnTermination()).isFalse();
    aws.ask(
        ec2 ->
            ec2.modifyNetworkInterfaceAttribute(
                r ->
                    r.networkInterfaceId(id)
                        .attachment(a -> a.attachmentId(attachment).deleteOnTermination(true))));
    assertThat(aws.eni(id).attachment().deleteOnTermination()).isTrue();
    aws.refused(
        "InvalidParameterValue", ec2 -> ec2.deleteNetworkInterface(r -> r.networkInterfaceId(id)));

    aws.ask(ec2 -> ec2.detachNetworkInterface(r -> r.attachmentId(attachment)));
    assertThat(aws.eni(id).attachment()).isNull();
    aws.ask(ec2 -> ec2.deleteNetworkInterface(r -> r.networkInterfaceId(id)));
    assertThatThrownBy(() -> aws.eni(id))
        .hasMessageContaining("The networkInterface ID '" + id + "' does not exist");
  }

  @Test
  void everyAttributeOfAnInterfaceCanBeChanged() {
    var id =
        aws.ask(ec2 -> ec2.createNetworkInterface(r -> r.subnetId(aws.subnet)))
            .networkInterface()
            .networkInterfaceId();
    assertThat(aws.eni(id).groups().getFirst().groupName()).isEqualTo("default");
    modify(r -> r.networkInterfaceId(id).groups(aws.group));
    modify(r -> r.networkInterfaceId(id).sourceDestCheck(v -> v.value(false)));
    modify(r -> r.networkInterfaceId(id).description(v -> v.value("changed")));
    modify(r -> r.networkInterfaceId(id).connectionTrackingSpecification(c -> c.udpTimeout(45)));
    var changed = aws.eni(id);
    assertThat(changed.groups().getFirst().groupId()).isEqualTo(aws.group);
    assertThat(changed.sourceDestCheck()).isFalse();
    assertThat(changed.description()).isEqualTo("changed");
    assertThat(changed.connectionTrackingConfiguration().udpTimeout()).isEqualTo(45);
  }

  private void modify(Consumer<ModifyNetworkInterfaceAttributeRequest.Builder> change) {
    aws.ask(ec2 -> ec2.modifyNetworkInterfaceAttribute(change));
  }

  @Test
  void addressesAndPrefixesComeAndGo() {
    var node = aws.instance("m5.large");
    var id = node.networkInterfaces().getFirst().networkInterfaceId();
    var ips =
        aws.ask(
            ec2 ->
                ec2.assignPrivateIpAddresses(
                    r -> r.networkInterfaceId(id).secondaryPrivateIpAddressCount(4)));
    assertThat(ips.assignedPrivateIpAddresses()).hasSize(4);
    assertThat(ips.assignedIpv4Prefixes()).isEmpty();
    var prefixes =
        aws.ask(
                ec2 ->
                    ec2.assignPrivateIpAddresses(r -> r.networkInterfaceId(id).ipv4PrefixCount(2)))
            .assignedIpv4Prefixes();
    assertThat(prefixes).hasSize(2).allMatch(block -> block.ipv4Prefix().endsWith("/28"));
    aws.refused(
        "PrivateIpAddressLimitExceeded",
        ec2 ->
            ec2.assignPrivateIpAddresses(
                r -> r.networkInterfaceId(id).secondaryPrivateIpAddressCount(4)));
    aws.ask(
        ec2 ->
            ec2.unassignPrivateIpAddresses(
                r ->
                    r.networkInterfaceId(id)
                        .privateIpAddresses(
                            ips.assignedPrivateIpAddresses().getFirst().privateIpAddress())));
    aws.ask(
        ec2 ->
            ec2.unassignPrivateIpAddresses(
                r -> r.networkInterfaceId(id).ipv4Prefixes(prefixes.getFirst().ipv4Prefix())));
    assertThat(aws.eni(id).privateIpAddresses()).hasSize(4);
    assertThat(aws.eni(id).ipv4Prefixes()).hasSize(1);
  }

  @Test
  void ipv6AddressesAndPrefixesComeAndGo() {
    var id = aws.instance("m5.large").networkInterfaces().getFirst().networkInterfaceId();
    var given =
        aws.ask(ec2 -> ec2.assignIpv6Addresses(r -> r.networkInterfaceId(id).ipv6PrefixCount(1)))
            .assignedIpv6Prefixes();
    assertThat(given).hasSize(1).allMatch(block -> block.endsWith("/80"));
    var ips =
        aws.ask(ec2 -> ec2.assignIpv6Addresses(r -> r.networkInterfaceId(id).ipv6AddressCount(2)))
            .assignedIpv6Addresses();
    assertThat(aws.eni(id).ipv6Addresses()).hasSize(2);
    assertThat(aws.eni(id).ipv6Prefixes()).hasSize(1);
    var gone =
        aws.ask(
            ec2 ->
                ec2.unassignIpv6Addresses(
                    r -> r.networkInterfaceId(id).ipv6Prefixes(given).ipv6Addresses(ips)));
    assertThat(gone.unassignedIpv6Prefixes()).isEqualTo(given);
    assertThat(gone.unassignedIpv6Addresses()).isEqualTo(ips);
    assertThat(aws.eni(id).ipv6Addresses()).isEmpty();
  }

  @Test
  void theSameClientTokenMakesOneInterface() {
    var first = withToken("t-1", 2);
    assertThat(withToken("t-1", 2)).isEqualTo(first);
    assertThatThrownBy(() -> withToken("t-1", 3))
        .isInstanceOfSatisfying(
            Ec2Exception.class,
            error ->
                assertThat(error.awsErrorDetails().errorCode())
                    .isEqualTo("IdempotentParameterMismatch"));
  }

  private String withToken(String token, int count) {
    return aws.ask(
            ec2 ->
                ec2.createNetworkInterface(
                    r ->
                        r.subnetId(aws.subnet)
                            .clientToken(token)
                            .secondaryPrivateIpAddressCount(count)))
        .networkInterface()
        .networkInterfaceId();
  }
}
