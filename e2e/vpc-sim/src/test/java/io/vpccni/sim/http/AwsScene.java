package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.sim.cloud.CloudSettings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** A simulator with a VPC, a subnet and a security group, all made by AWS's own client. */
final class AwsScene implements AutoCloseable {
  final RunningSim sim = new RunningSim(CloudSettings.prompt());
  final String vpc;
  final String subnet;
  final String group;

  AwsScene() {
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

  /** The client's answer, or the exception it makes of the error. */
  <T> T ask(Function<Ec2AsyncClient, CompletableFuture<T>> call) {
    return sim.ask(call);
  }

  @Override
  public void close() {
    sim.close();
  }

  Instance instance(String type) {
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

  NetworkInterface eni(String id) {
    return sim.ask(ec2 -> ec2.describeNetworkInterfaces(r -> r.networkInterfaceIds(id)))
        .networkInterfaces()
        .getFirst();
  }

  <T> void refused(String code, Function<Ec2AsyncClient, CompletableFuture<T>> call) {
    assertThatThrownBy(() -> sim.ask(call))
        .isInstanceOfSatisfying(
            Ec2Exception.class,
            error -> assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code));
  }

  static Filter filter(String name, String value) {
    return Filter.builder().name(name).values(value).build();
  }

  static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  static List<TagSpecification> tags(ResourceType type, String key, String value) {
    return List.of(TagSpecification.builder().resourceType(type).tags(tag(key, value)).build());
  }
}
