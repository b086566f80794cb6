package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.sim.CloudSettings;
import io.vpccni.sim.ec2.wire.QueryReader;
import io.vpccni.sim.faults.CallLog;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.AttachmentStatus;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.InstanceType;
import software.amazon.awssdk.services.ec2.model.ModifyNetworkInterfaceAttributeRequest;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceStatus;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SubnetCidrReservationType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** AWS's own client drives every action: typed requests in, typed answers and exceptions out. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwsClientTest {
  private final RunningSim sim = new RunningSim(CloudSettings.prompt());
  private String vpc = "";
  private String subnet = "";
  private String group = "";

  @BeforeAll
  void scene() {
    vpc =
        sim.ask(
                ec2 ->
                    ec2.createVpc(
                        r -> r.cidrBlock("10.0.0.0/16").amazonProvidedIpv6CidrBlock(true)))
            .vpc()
            .vpcId();
    var ipv6 =
        sim.ask(ec2 -> ec2.describeVpcs(r -> r.vpcIds(vpc)))
            .vpcs()
            .getFirst()
            .ipv6CidrBlockAssociationSet()
            .getFirst()
            .ipv6CidrBlock()
            .replace("/56", "/64");
    subnet =
        sim.ask(
                ec2 ->
                    ec2.createSubnet(
                        r ->
                            r.vpcId(vpc)
                                .cidrBlock("10.0.0.0/20")
                                .ipv6CidrBlock(ipv6)
                                .availabilityZone("us-west-2b")
                                .tagSpecifications(
                                    tags(ResourceType.SUBNET, "kubernetes.io/role/cni", "1"))))
            .subnet()
            .subnetId();
    group =
        sim.ask(
                ec2 ->
                    ec2.createSecurityGroup(
                        r -> r.vpcId(vpc).groupName("nodes").description("of nodes")))
            .groupId();
  }

  @AfterAll
  void noActionIsLeftUntried() {
    var answered =
        sim.cloud.log().counts().entrySet().stream()
            .filter(action -> action.getValue().containsKey(CallLog.OK))
            .map(Map.Entry::getKey)
            .toList();
    sim.close();
    assertThat(answered).containsAll(QueryReader.names());
  }

  @Test
  void everyAttributeOfAnInterfaceCanBeChanged() {
    var id =
        sim.ask(ec2 -> ec2.createNetworkInterface(r -> r.subnetId(subnet)))
            .networkInterface()
            .networkInterfaceId();
    assertThat(eni(id).groups().getFirst().groupName()).isEqualTo("default");
    modify(r -> r.networkInterfaceId(id).groups(group));
    modify(r -> r.networkInterfaceId(id).sourceDestCheck(v -> v.value(false)));
    modify(r -> r.networkInterfaceId(id).description(v -> v.value("changed")));
    modify(r -> r.networkInterfaceId(id).connectionTrackingSpecification(c -> c.udpTimeout(45)));
    var changed = eni(id);
    assertThat(changed.groups().getFirst().groupId()).isEqualTo(group);
    assertThat(changed.sourceDestCheck()).isFalse();
    assertThat(changed.description()).isEqualTo("changed");
    assertThat(changed.connectionTrackingConfiguration().udpTimeout()).isEqualTo(45);
  }

  private void modify(Consumer<ModifyNetworkInterfaceAttributeRequest.Builder> change) {
    sim.ask(ec2 -> ec2.modifyNetworkInterfaceAttribute(change));
  }

  @Test
  void aVpcOfItsOwnComesAndGoes() {
    var own =
        sim.ask(
                ec2 ->
                    ec2.createVpc(
                        r -> r.cidrBlock("10.9.0.0/16").amazonProvidedIpv6CidrBlock(true)))
            .vpc();
    var block = own.ipv6CidrBlockAssociationSet().getFirst().ipv6CidrBlock();
    var inside =
        sim.ask(ec2 -> ec2.createSubnet(r -> r.vpcId(own.vpcId()).cidrBlock("10.9.0.0/24")))
            .subnet()
            .subnetId();
    var associated =
        sim.ask(
            ec2 ->
                ec2.associateSubnetCidrBlock(
                    r -> r.subnetId(inside).ipv6CidrBlock(block.replace("/56", "/64"))));
    assertThat(associated.ipv6CidrBlockAssociation().ipv6CidrBlock()).endsWith("/64");
    assertThat(
            sim.ask(ec2 -> ec2.describeSubnets(r -> r.subnetIds(inside)))
                .subnets()
                .getFirst()
                .ipv6CidrBlockAssociationSet())
        .hasSize(1);
    sim.ask(ec2 -> ec2.deleteSubnet(r -> r.subnetId(inside)));
    sim.ask(ec2 -> ec2.deleteVpc(r -> r.vpcId(own.vpcId())));
    refused("InvalidVpcID.NotFound", ec2 -> ec2.describeVpcs(r -> r.vpcIds(own.vpcId())));
  }

  @Test
  void anInstanceIsBornWithItsPrimaryInterface() {
    var instance = instance("m5.large");
    assertThat(instance.state().name()).isEqualTo(InstanceStateName.RUNNING);
    assertThat(instance.instanceType()).isEqualTo(InstanceType.M5_LARGE);
    assertThat(instance.placement().availabilityZone()).isEqualTo("us-west-2b");
    assertThat(instance.tags()).containsExactly(tag("Name", "node"));
    var eni = instance.networkInterfaces().getFirst();
    assertThat(eni.attachment().deviceIndex()).isZero();
    assertThat(eni.attachment().deleteOnTermination()).isTrue();
    assertThat(eni.privateIpAddress()).isEqualTo(instance.privateIpAddress());
    assertThat(eni.groups().getFirst().groupName()).isEqualTo("nodes");
    var ended = sim.ask(ec2 -> ec2.terminateInstances(r -> r.instanceIds(instance.instanceId())));
    assertThat(ended.terminatingInstances().getFirst().currentState().name())
        .isEqualTo(InstanceStateName.TERMINATED);
    refused(
        "InvalidNetworkInterfaceID.NotFound",
        ec2 -> ec2.describeNetworkInterfaces(r -> r.networkInterfaceIds(eni.networkInterfaceId())));
  }

  @Test
  void anInterfaceFromCreateToDelete() {
    var node = instance("m5.large").instanceId();
    var created =
        sim.ask(
                ec2 ->
                    ec2.createNetworkInterface(
                        r ->
                            r.subnetId(subnet)
                                .description("aws-K8S-" + node)
                                .groups(group)
                                .secondaryPrivateIpAddressCount(9)
                                .connectionTrackingSpecification(c -> c.tcpEstablishedTimeout(350))
                                .tagSpecifications(
                                    tags(
                                        ResourceType.NETWORK_INTERFACE,
                                        "node.k8s.amazonaws.com/instance_id",
                                        node))))
            .networkInterface();
    assertThat(created.privateIpAddresses()).hasSize(10);
    assertThat(created.privateIpAddresses().getFirst().primary()).isTrue();
    var id = created.networkInterfaceId();
    assertThat(eni(id).status()).isEqualTo(NetworkInterfaceStatus.AVAILABLE);
    assertThat(eni(id).connectionTrackingConfiguration().tcpEstablishedTimeout()).isEqualTo(350);

    var attachment =
        sim.ask(
                ec2 ->
                    ec2.attachNetworkInterface(
                        r ->
                            r.networkInterfaceId(id)
                                .instanceId(node)
                                .deviceIndex(1)
                                .networkCardIndex(0)))
            .attachmentId();
    assertThat(eni(id).status()).isEqualTo(NetworkInterfaceStatus.IN_USE);
    assertThat(eni(id).attachment().status()).isEqualTo(AttachmentStatus.ATTACHED);
    assertThat(eni(id).attachment().deleteOnTermination()).isFalse();
    sim.ask(
        ec2 ->
            ec2.modifyNetworkInterfaceAttribute(
                r ->
                    r.networkInterfaceId(id)
                        .attachment(a -> a.attachmentId(attachment).deleteOnTermination(true))));
    assertThat(eni(id).attachment().deleteOnTermination()).isTrue();
    refused(
        "InvalidParameterValue", ec2 -> ec2.deleteNetworkInterface(r -> r.networkInterfaceId(id)));

    sim.ask(ec2 -> ec2.detachNetworkInterface(r -> r.attachmentId(attachment)));
    assertThat(eni(id).attachment()).isNull();
    sim.ask(ec2 -> ec2.deleteNetworkInterface(r -> r.networkInterfaceId(id)));
    assertThatThrownBy(() -> eni(id))
        .hasMessageContaining("The networkInterface ID '" + id + "' does not exist");
  }

  @Test
  void addressesAndPrefixesComeAndGo() {
    var node = instance("m5.large");
    var id = node.networkInterfaces().getFirst().networkInterfaceId();
    var ips =
        sim.ask(
            ec2 ->
                ec2.assignPrivateIpAddresses(
                    r -> r.networkInterfaceId(id).secondaryPrivateIpAddressCount(4)));
    assertThat(ips.assignedPrivateIpAddresses()).hasSize(4);
    assertThat(ips.assignedIpv4Prefixes()).isEmpty();
    var prefixes =
        sim.ask(
                ec2 ->
                    ec2.assignPrivateIpAddresses(r -> r.networkInterfaceId(id).ipv4PrefixCount(2)))
            .assignedIpv4Prefixes();
    assertThat(prefixes).hasSize(2).allMatch(block -> block.ipv4Prefix().endsWith("/28"));
    refused(
        "PrivateIpAddressLimitExceeded",
        ec2 ->
            ec2.assignPrivateIpAddresses(
                r -> r.networkInterfaceId(id).secondaryPrivateIpAddressCount(4)));
    sim.ask(
        ec2 ->
            ec2.unassignPrivateIpAddresses(
                r ->
                    r.networkInterfaceId(id)
                        .privateIpAddresses(
                            ips.assignedPrivateIpAddresses().getFirst().privateIpAddress())));
    sim.ask(
        ec2 ->
            ec2.unassignPrivateIpAddresses(
                r -> r.networkInterfaceId(id).ipv4Prefixes(prefixes.getFirst().ipv4Prefix())));
    assertThat(eni(id).privateIpAddresses()).hasSize(4);
    assertThat(eni(id).ipv4Prefixes()).hasSize(1);
  }

  @Test
  void ipv6AddressesAndPrefixesComeAndGo() {
    var id = instance("m5.large").networkInterfaces().getFirst().networkInterfaceId();
    var given =
        sim.ask(ec2 -> ec2.assignIpv6Addresses(r -> r.networkInterfaceId(id).ipv6PrefixCount(1)))
            .assignedIpv6Prefixes();
    assertThat(given).hasSize(1).allMatch(block -> block.endsWith("/80"));
    var ips =
        sim.ask(ec2 -> ec2.assignIpv6Addresses(r -> r.networkInterfaceId(id).ipv6AddressCount(2)))
            .assignedIpv6Addresses();
    assertThat(eni(id).ipv6Addresses()).hasSize(2);
    assertThat(eni(id).ipv6Prefixes()).hasSize(1);
    var gone =
        sim.ask(
            ec2 ->
                ec2.unassignIpv6Addresses(
                    r -> r.networkInterfaceId(id).ipv6Prefixes(given).ipv6Addresses(ips)));
    assertThat(gone.unassignedIpv6Prefixes()).isEqualTo(given);
    assertThat(gone.unassignedIpv6Addresses()).isEqualTo(ips);
    assertThat(eni(id).ipv6Addresses()).isEmpty();
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
    return sim.ask(
            ec2 ->
                ec2.createNetworkInterface(
                    r ->
                        r.subnetId(subnet)
                            .clientToken(token)
                            .secondaryPrivateIpAddressCount(count)))
        .networkInterface()
        .networkInterfaceId();
  }

  @Test
  void describesFilterAndPage() {
    var mark = "page-" + System.nanoTime();
    for (int i = 0; i < 7; i++) {
      sim.ask(
          ec2 -> ec2.createNetworkInterface(r -> r.subnetId(subnet).description(mark + "-eni")));
    }
    var byMark = Filter.builder().name("description").values(mark + "*").build();
    var first = sim.ask(ec2 -> ec2.describeNetworkInterfaces(r -> r.filters(byMark).maxResults(5)));
    assertThat(first.networkInterfaces()).hasSize(5);
    var second =
        sim.ask(
            ec2 ->
                ec2.describeNetworkInterfaces(
                    r -> r.filters(byMark).maxResults(5).nextToken(first.nextToken())));
    assertThat(second.networkInterfaces())
        .hasSize(2)
        .doesNotContainAnyElementsOf(first.networkInterfaces());
    assertThat(second.nextToken()).isNull();
    refused(
        "InvalidParameterValue",
        ec2 ->
            ec2.describeNetworkInterfaces(
                r -> r.filters(Filter.builder().name("nonsense").values("x").build())));
  }

  @Test
  void theAgentsOwnSearchesFindWhatTheyShould() {
    var leaked =
        sim.ask(
                ec2 ->
                    ec2.createNetworkInterface(
                        r ->
                            r.subnetId(subnet)
                                .tagSpecifications(
                                    tags(
                                        ResourceType.NETWORK_INTERFACE,
                                        "node.k8s.amazonaws.com/instance_id",
                                        "i-gone"))))
            .networkInterface()
            .networkInterfaceId();
    var found =
        sim.ask(
            ec2 ->
                ec2.describeNetworkInterfaces(
                    r ->
                        r.maxResults(1000)
                            .filters(
                                filter("tag-key", "node.k8s.amazonaws.com/instance_id"),
                                filter("status", "available"),
                                filter("vpc-id", vpc))));
    assertThat(found.networkInterfaces())
        .extracting(NetworkInterface::networkInterfaceId)
        .contains(leaked);
    var subnets =
        sim.ask(
            ec2 ->
                ec2.describeSubnets(
                    r ->
                        r.filters(
                            filter("vpc-id", vpc), filter("availability-zone", "us-west-2b"))));
    assertThat(subnets.subnets()).extracting(s -> s.subnetId()).contains(subnet);
    assertThat(subnets.subnets().getFirst().availableIpAddressCount()).isPositive();
  }

  @Test
  void tagsAreSetFoundAndRemoved() {
    var node = instance("m5.large").instanceId();
    sim.ask(ec2 -> ec2.createTags(r -> r.resources(node).tags(tag("eks:cluster-name", "c1"))));
    var found =
        sim.ask(
                ec2 ->
                    ec2.describeTags(
                        r ->
                            r.filters(
                                filter("resource-id", node), filter("key", "eks:cluster-name"))))
            .tags();
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().value()).isEqualTo("c1");
    assertThat(found.getFirst().resourceType()).isEqualTo(ResourceType.INSTANCE);
    sim.ask(
        ec2 ->
            ec2.deleteTags(
                r -> r.resources(node).tags(Tag.builder().key("eks:cluster-name").build())));
    assertThat(
            sim.ask(ec2 -> ec2.describeInstances(r -> r.instanceIds(node)))
                .reservations()
                .getFirst()
                .instances()
                .getFirst()
                .tags())
        .containsExactly(tag("Name", "node"));
  }

  @Test
  void instanceTypesSayWhatTheyHold() {
    var large =
        sim.ask(ec2 -> ec2.describeInstanceTypes(r -> r.instanceTypes(InstanceType.M5_LARGE)))
            .instanceTypes()
            .getFirst();
    assertThat(large.networkInfo().maximumNetworkInterfaces()).isEqualTo(3);
    assertThat(large.networkInfo().ipv4AddressesPerInterface()).isEqualTo(10);
    assertThat(large.hypervisorAsString()).isEqualTo("nitro");
    var cards =
        sim.ask(ec2 -> ec2.describeInstanceTypes(r -> r.instanceTypes(InstanceType.P4_D_24_XLARGE)))
            .instanceTypes()
            .getFirst()
            .networkInfo();
    assertThat(cards.networkCards()).hasSize(cards.maximumNetworkCards()).hasSize(4);
    refused(
        "InvalidInstanceType",
        ec2 -> ec2.describeInstanceTypes(r -> r.instanceTypesWithStrings("x9.nano")));
  }

  @Test
  void networksAreSetUpAndTakenDown() {
    var association =
        sim.ask(ec2 -> ec2.associateVpcCidrBlock(r -> r.vpcId(vpc).cidrBlock("100.64.0.0/16")))
            .cidrBlockAssociation();
    assertThat(association.cidrBlockState().stateAsString()).isEqualTo("associated");
    var extra =
        sim.ask(ec2 -> ec2.createSubnet(r -> r.vpcId(vpc).cidrBlock("100.64.0.0/24")))
            .subnet()
            .subnetId();
    sim.ask(
        ec2 ->
            ec2.modifySubnetAttribute(
                r -> r.subnetId(extra).mapPublicIpOnLaunch(v -> v.value(true))));
    var reservation =
        sim.ask(
                ec2 ->
                    ec2.createSubnetCidrReservation(
                        r ->
                            r.subnetId(extra)
                                .cidr("100.64.0.128/25")
                                .reservationType(SubnetCidrReservationType.PREFIX)))
            .subnetCidrReservation();
    assertThat(
            sim.ask(ec2 -> ec2.getSubnetCidrReservations(r -> r.subnetId(extra)))
                .subnetIpv4CidrReservations())
        .containsExactly(reservation);
    sim.ask(
        ec2 ->
            ec2.deleteSubnetCidrReservation(
                r -> r.subnetCidrReservationId(reservation.subnetCidrReservationId())));
    refused(
        "DependencyViolation",
        ec2 -> ec2.disassociateVpcCidrBlock(r -> r.associationId(association.associationId())));
    sim.ask(ec2 -> ec2.deleteSubnet(r -> r.subnetId(extra)));
    sim.ask(ec2 -> ec2.disassociateVpcCidrBlock(r -> r.associationId(association.associationId())));
    var spare =
        sim.ask(
                ec2 ->
                    ec2.createSecurityGroup(
                        r -> r.vpcId(vpc).groupName("spare").description("spare")))
            .groupId();
    assertThat(
            sim.ask(ec2 -> ec2.describeSecurityGroups(r -> r.groupIds(spare)))
                .securityGroups()
                .getFirst()
                .groupName())
        .isEqualTo("spare");
    sim.ask(ec2 -> ec2.deleteSecurityGroup(r -> r.groupId(spare)));
    refused("DependencyViolation", ec2 -> ec2.deleteVpc(r -> r.vpcId(vpc)));
    assertThat(sim.ask(Ec2AsyncClient::describeAvailabilityZones).availabilityZones()).hasSize(3);
  }

  @Test
  void aDryRunChangesNothing() {
    refused(
        "DryRunOperation",
        ec2 -> ec2.createNetworkInterface(r -> r.subnetId(subnet).description("dry").dryRun(true)));
    assertThat(
            sim.ask(
                    ec2 ->
                        ec2.describeNetworkInterfaces(r -> r.filters(filter("description", "dry"))))
                .networkInterfaces())
        .isEmpty();
  }

  @Test
  void errorsCarryCodeStatusAndRequestId() {
    assertThatThrownBy(
            () -> sim.ask(ec2 -> ec2.deleteNetworkInterface(r -> r.networkInterfaceId("eni-0abc"))))
        .isInstanceOfSatisfying(
            Ec2Exception.class,
            error -> {
              assertThat(error.statusCode()).isEqualTo(400);
              assertThat(error.requestId()).isNotEmpty();
              assertThat(error.awsErrorDetails().errorCode())
                  .isEqualTo("InvalidNetworkInterfaceID.NotFound");
            });
  }

  private Instance instance(String type) {
    return sim.ask(
            ec2 ->
                ec2.runInstances(
                    r ->
                        r.imageId("ami-0")
                            .instanceType(type)
                            .minCount(1)
                            .maxCount(1)
                            .subnetId(subnet)
                            .securityGroupIds(group)
                            .iamInstanceProfile(p -> p.name("node-role"))
                            .tagSpecifications(tags(ResourceType.INSTANCE, "Name", "node"))))
        .instances()
        .getFirst();
  }

  private NetworkInterface eni(String id) {
    return sim.ask(ec2 -> ec2.describeNetworkInterfaces(r -> r.networkInterfaceIds(id)))
        .networkInterfaces()
        .getFirst();
  }

  private <T> void refused(String code, Function<Ec2AsyncClient, CompletableFuture<T>> call) {
    assertThatThrownBy(() -> sim.ask(call))
        .isInstanceOfSatisfying(
            Ec2Exception.class,
            error -> assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code));
  }

  private static Filter filter(String name, String value) {
    return Filter.builder().name(name).values(value).build();
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  private static List<TagSpecification> tags(ResourceType type, String key, String value) {
    return List.of(TagSpecification.builder().resourceType(type).tags(tag(key, value)).build());
  }
}
