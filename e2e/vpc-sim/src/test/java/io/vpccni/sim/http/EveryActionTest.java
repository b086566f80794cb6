package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.sim.ec2.wire.QueryReader;
import io.vpccni.sim.faults.CallLog;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.SubnetCidrReservationType;
import software.amazon.awssdk.services.ec2.model.Tag;

/**
 * AWS's own client drives every action, typed requests in and typed answers out: an account is set
 * up, used and taken down. What each action answers in detail is in the tests beside this one.
 */
class EveryActionTest {
  @Test
  void anAccountIsSetUpUsedAndTakenDown() {
    try (var aws = new AwsScene()) {
      var node = aws.instance("m5.large").instanceId();
      use(aws, node);
      look(aws, node);
      takeDown(aws, node);
      var answered =
          aws.sim.cloud.log().counts().entrySet().stream()
              .filter(action -> action.getValue().containsKey(CallLog.OK))
              .map(Map.Entry::getKey)
              .toList();
      assertThat(answered).containsAll(QueryReader.names());
    }
  }

  private static void use(AwsScene aws, String node) {
    var eni =
        aws.ask(ec2 -> ec2.createNetworkInterface(r -> r.subnetId(aws.subnet)))
            .networkInterface()
            .networkInterfaceId();
    var at =
        aws.ask(
                ec2 ->
                    ec2.attachNetworkInterface(
                        r -> r.networkInterfaceId(eni).instanceId(node).deviceIndex(1)))
            .attachmentId();
    aws.ask(
        ec2 ->
            ec2.modifyNetworkInterfaceAttribute(
                r ->
                    r.networkInterfaceId(eni)
                        .attachment(a -> a.attachmentId(at).deleteOnTermination(true))));
    var ips =
        aws.ask(
                ec2 ->
                    ec2.assignPrivateIpAddresses(
                        r -> r.networkInterfaceId(eni).secondaryPrivateIpAddressCount(1)))
            .assignedPrivateIpAddresses();
    aws.ask(
        ec2 ->
            ec2.unassignPrivateIpAddresses(
                r ->
                    r.networkInterfaceId(eni)
                        .privateIpAddresses(ips.getFirst().privateIpAddress())));
    var ipv6 =
        aws.ask(ec2 -> ec2.assignIpv6Addresses(r -> r.networkInterfaceId(eni).ipv6AddressCount(1)))
            .assignedIpv6Addresses();
    aws.ask(ec2 -> ec2.unassignIpv6Addresses(r -> r.networkInterfaceId(eni).ipv6Addresses(ipv6)));
    aws.ask(ec2 -> ec2.createTags(r -> r.resources(eni).tags(AwsScene.tag("a", "b"))));
    aws.ask(ec2 -> ec2.deleteTags(r -> r.resources(eni).tags(Tag.builder().key("a").build())));
    aws.ask(
        ec2 -> ec2.modifyInstanceMetadataOptions(r -> r.instanceId(node).httpTokens("required")));
    aws.ask(
        ec2 ->
            ec2.describeNetworkInterfaceAttribute(
                r -> r.networkInterfaceId(eni).attribute("attachment")));
    aws.ask(ec2 -> ec2.detachNetworkInterface(r -> r.attachmentId(at)));
    aws.ask(ec2 -> ec2.deleteNetworkInterface(r -> r.networkInterfaceId(eni)));
  }

  private static void look(AwsScene aws, String node) {
    aws.ask(Ec2AsyncClient::describeNetworkInterfaces);
    aws.ask(ec2 -> ec2.describeInstances(r -> r.instanceIds(node)));
    aws.ask(Ec2AsyncClient::describeInstanceStatus);
    aws.ask(ec2 -> ec2.describeInstanceTypes(r -> {}));
    aws.ask(Ec2AsyncClient::describeSubnets);
    aws.ask(Ec2AsyncClient::describeVpcs);
    aws.ask(Ec2AsyncClient::describeSecurityGroups);
    aws.ask(Ec2AsyncClient::describeRouteTables);
    aws.ask(Ec2AsyncClient::describeTags);
    aws.ask(Ec2AsyncClient::describeRegions);
    aws.ask(Ec2AsyncClient::describeAvailabilityZones);
    aws.ask(ec2 -> ec2.describeVpcAttribute(r -> r.vpcId(aws.vpc).attribute("enableDnsHostnames")));
  }

  private static void takeDown(AwsScene aws, String node) {
    aws.ask(ec2 -> ec2.terminateInstances(r -> r.instanceIds(node)));
    aws.ask(ec2 -> ec2.deleteSecurityGroup(r -> r.groupId(aws.group)));
    aws.ask(ec2 -> ec2.deleteSubnet(r -> r.subnetId(aws.subnet)));
    var block =
        aws.ask(ec2 -> ec2.associateVpcCidrBlock(r -> r.vpcId(aws.vpc).cidrBlock("100.64.0.0/16")))
            .cidrBlockAssociation()
            .associationId();
    aws.ask(ec2 -> ec2.disassociateVpcCidrBlock(r -> r.associationId(block)));
    var other =
        aws.ask(
                ec2 ->
                    ec2.createVpc(
                        r -> r.cidrBlock("10.9.0.0/16").amazonProvidedIpv6CidrBlock(true)))
            .vpc();
    var ipv6 = other.ipv6CidrBlockAssociationSet().getFirst().ipv6CidrBlock().replace("/56", "/64");
    var inside =
        aws.ask(ec2 -> ec2.createSubnet(r -> r.vpcId(other.vpcId()).cidrBlock("10.9.0.0/24")))
            .subnet()
            .subnetId();
    aws.ask(ec2 -> ec2.associateSubnetCidrBlock(r -> r.subnetId(inside).ipv6CidrBlock(ipv6)));
    aws.ask(
        ec2 ->
            ec2.modifySubnetAttribute(
                r -> r.subnetId(inside).mapPublicIpOnLaunch(v -> v.value(true))));
    var kept =
        aws.ask(
                ec2 ->
                    ec2.createSubnetCidrReservation(
                        r ->
                            r.subnetId(inside)
                                .cidr("10.9.0.128/25")
                                .reservationType(SubnetCidrReservationType.PREFIX)))
            .subnetCidrReservation()
            .subnetCidrReservationId();
    aws.ask(ec2 -> ec2.getSubnetCidrReservations(r -> r.subnetId(inside)));
    aws.ask(ec2 -> ec2.deleteSubnetCidrReservation(r -> r.subnetCidrReservationId(kept)));
    aws.ask(ec2 -> ec2.deleteSubnet(r -> r.subnetId(inside)));
    aws.ask(ec2 -> ec2.deleteVpc(r -> r.vpcId(other.vpcId())));
  }
}
