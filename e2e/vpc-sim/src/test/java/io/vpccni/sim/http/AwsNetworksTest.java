package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.SubnetCidrReservationType;
import software.amazon.awssdk.services.ec2.model.Tag;

/** Networks, places and tags, as AWS's own client sees them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwsNetworksTest {
  private final AwsScene aws = new AwsScene();

  @AfterAll
  void close() {
    aws.close();
  }

  @Test
  void aVpcOfItsOwnComesAndGoes() {
    var own =
        aws.ask(
                ec2 ->
                    ec2.createVpc(
                        r -> r.cidrBlock("10.9.0.0/16").amazonProvidedIpv6CidrBlock(true)))
            .vpc();
    var block = own.ipv6CidrBlockAssociationSet().getFirst().ipv6CidrBlock();
    var inside =
        aws.ask(ec2 -> ec2.createSubnet(r -> r.vpcId(own.vpcId()).cidrBlock("10.9.0.0/24")))
            .subnet()
            .subnetId();
    var associated =
        aws.ask(
            ec2 ->
                ec2.associateSubnetCidrBlock(
                    r -> r.subnetId(inside).ipv6CidrBlock(block.replace("/56", "/64"))));
    assertThat(associated.ipv6CidrBlockAssociation().ipv6CidrBlock()).endsWith("/64");
    assertThat(
            aws.ask(ec2 -> ec2.describeSubnets(r -> r.subnetIds(inside)))
                .subnets()
                .getFirst()
                .ipv6CidrBlockAssociationSet())
        .hasSize(1);
    aws.ask(ec2 -> ec2.deleteSubnet(r -> r.subnetId(inside)));
    aws.ask(ec2 -> ec2.deleteVpc(r -> r.vpcId(own.vpcId())));
    aws.refused("InvalidVpcID.NotFound", ec2 -> ec2.describeVpcs(r -> r.vpcIds(own.vpcId())));
  }

  @Test
  void networksAreSetUpAndTakenDown() {
    var association =
        aws.ask(ec2 -> ec2.associateVpcCidrBlock(r -> r.vpcId(aws.vpc).cidrBlock("100.64.0.0/16")))
            .cidrBlockAssociation();
    assertThat(association.cidrBlockState().stateAsString()).isEqualTo("associated");
    var extra =
        aws.ask(ec2 -> ec2.createSubnet(r -> r.vpcId(aws.vpc).cidrBlock("100.64.0.0/24")))
            .subnet()
            .subnetId();
    aws.ask(
        ec2 ->
            ec2.modifySubnetAttribute(
                r -> r.subnetId(extra).mapPublicIpOnLaunch(v -> v.value(true))));
    var reservation =
        aws.ask(
                ec2 ->
                    ec2.createSubnetCidrReservation(
                        r ->
                            r.subnetId(extra)
                                .cidr("100.64.0.128/25")
                                .reservationType(SubnetCidrReservationType.PREFIX)))
            .subnetCidrReservation();
    assertThat(
            aws.ask(ec2 -> ec2.getSubnetCidrReservations(r -> r.subnetId(extra)))
                .subnetIpv4CidrReservations())
        .containsExactly(reservation);
    aws.ask(
        ec2 ->
            ec2.deleteSubnetCidrReservation(
                r -> r.subnetCidrReservationId(reservation.subnetCidrReservationId())));
    aws.refused(
        "DependencyViolation",
        ec2 -> ec2.disassociateVpcCidrBlock(r -> r.associationId(association.associationId())));
    aws.ask(ec2 -> ec2.deleteSubnet(r -> r.subnetId(extra)));
    aws.ask(ec2 -> ec2.disassociateVpcCidrBlock(r -> r.associationId(association.associationId())));
    var spare =
        aws.ask(
                ec2 ->
                    ec2.createSecurityGroup(
                        r -> r.vpcId(aws.vpc).groupName("spare").description("spare")))
            .groupId();
    assertThat(
            aws.ask(ec2 -> ec2.describeSecurityGroups(r -> r.groupIds(spare)))
                .securityGroups()
                .getFirst()
                .groupName())
        .isEqualTo("spare");
    aws.ask(ec2 -> ec2.deleteSecurityGroup(r -> r.groupId(spare)));
    aws.refused("DependencyViolation", ec2 -> ec2.deleteVpc(r -> r.vpcId(aws.vpc)));
    assertThat(aws.ask(Ec2AsyncClient::describeAvailabilityZones).availabilityZones()).hasSize(3);
  }

  @Test
  void tagsAreSetFoundAndRemoved() {
    var node = aws.instance("m5.large").instanceId();
    aws.ask(
        ec2 -> ec2.createTags(r -> r.resources(node).tags(AwsScene.tag("eks:cluster-name", "c1"))));
    var found =
        aws.ask(
                ec2 ->
                    ec2.describeTags(
                        r ->
                            r.filters(
                                AwsScene.filter("resource-id", node),
                                AwsScene.filter("key", "eks:cluster-name"))))
            .tags();
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().value()).isEqualTo("c1");
    assertThat(found.getFirst().resourceType()).isEqualTo(ResourceType.INSTANCE);
    aws.ask(
        ec2 ->
            ec2.deleteTags(
                r -> r.resources(node).tags(Tag.builder().key("eks:cluster-name").build())));
    assertThat(
            aws.ask(ec2 -> ec2.describeInstances(r -> r.instanceIds(node)))
                .reservations()
                .getFirst()
                .instances()
                .getFirst()
                .tags())
        .containsExactly(AwsScene.tag("Name", "node"));
  }

  @Test
  void singleAttributesCanBeAskedFor() {
    var eni = newEni();
    assertThat(
            aws.ask(
                    ec2 ->
                        ec2.describeNetworkInterfaceAttribute(
                            r -> r.networkInterfaceId(eni).attribute("sourceDestCheck")))
                .sourceDestCheck()
                .value())
        .isTrue();
    assertThat(
            aws.ask(
                    ec2 ->
                        ec2.describeNetworkInterfaceAttribute(
                            r -> r.networkInterfaceId(eni).attribute("groupSet")))
                .groups())
        .hasSize(1);
    assertThat(
            aws.ask(
                    ec2 ->
                        ec2.describeVpcAttribute(
                            r -> r.vpcId(aws.vpc).attribute("enableDnsSupport")))
                .enableDnsSupport()
                .value())
        .isTrue();
  }

  @Test
  void aVpcHasOneRouteTableWithItsOwnBlocks() {
    var table =
        aws.ask(ec2 -> ec2.describeRouteTables(r -> r.filters(AwsScene.filter("vpc-id", aws.vpc))))
            .routeTables()
            .getFirst();
    assertThat(table.associations().getFirst().main()).isTrue();
    assertThat(table.routes())
        .allSatisfy(route -> assertThat(route.gatewayId()).isEqualTo("local"))
        .anySatisfy(route -> assertThat(route.destinationCidrBlock()).isEqualTo("10.0.0.0/16"));
    assertThat(
            aws.ask(ec2 -> ec2.describeRouteTables(r -> r.routeTableIds(table.routeTableId())))
                .routeTables())
        .containsExactly(table);
  }

  @Test
  void placesAreKnownByName() {
    assertThat(aws.ask(Ec2AsyncClient::describeRegions).regions())
        .singleElement()
        .satisfies(region -> assertThat(region.regionName()).isEqualTo("us-west-2"));
    assertThat(
            aws.ask(ec2 -> ec2.describeAvailabilityZones(r -> r.zoneNames("us-west-2b")))
                .availabilityZones())
        .singleElement()
        .satisfies(
            zone -> {
              assertThat(zone.zoneId()).isEqualTo("sim1-az2");
              assertThat(zone.stateAsString()).isEqualTo("available");
            });
  }

  private String newEni() {
    return aws.ask(ec2 -> ec2.createNetworkInterface(r -> r.subnetId(aws.subnet)))
        .networkInterface()
        .networkInterfaceId();
  }
}
