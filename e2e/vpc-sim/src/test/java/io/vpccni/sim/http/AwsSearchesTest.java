package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.ResourceType;

/** Tests filters, pages and ids of searches with AWS's own client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwsSearchesTest {
  private final AwsScene aws = new AwsScene();

  @AfterAll
  void close() {
    aws.close();
  }

  @Test
  void describesFilterAndPage() {
    var mark = "page-" + System.nanoTime();
    for (int i = 0; i < 7; i++) {
      aws.ask(
          ec2 ->
              ec2.createNetworkInterface(r -> r.subnetId(aws.subnet).description(mark + "-eni")));
    }
    var byMark = Filter.builder().name("description").values(mark + "*").build();
    var first = aws.ask(ec2 -> ec2.describeNetworkInterfaces(r -> r.filters(byMark).maxResults(5)));
    assertThat(first.networkInterfaces()).hasSize(5);
    var second =
        aws.ask(
            ec2 ->
                ec2.describeNetworkInterfaces(
                    r -> r.filters(byMark).maxResults(5).nextToken(first.nextToken())));
    assertThat(second.networkInterfaces())
        .hasSize(2)
        .doesNotContainAnyElementsOf(first.networkInterfaces());
    assertThat(second.nextToken()).isNull();
    aws.refused(
        "InvalidParameterValue",
        ec2 ->
            ec2.describeNetworkInterfaces(
                r -> r.filters(Filter.builder().name("nonsense").values("x").build())));
  }

  @Test
  void theAgentsOwnSearchesFindWhatTheyShould() {
    var leaked =
        aws.ask(
                ec2 ->
                    ec2.createNetworkInterface(
                        r ->
                            r.subnetId(aws.subnet)
                                .tagSpecifications(
                                    AwsScene.tags(
                                        ResourceType.NETWORK_INTERFACE,
                                        "node.k8s.amazonaws.com/instance_id",
                                        "i-gone"))))
            .networkInterface()
            .networkInterfaceId();
    var found =
        aws.ask(
            ec2 ->
                ec2.describeNetworkInterfaces(
                    r ->
                        r.maxResults(1000)
                            .filters(
                                AwsScene.filter("tag-key", "node.k8s.amazonaws.com/instance_id"),
                                AwsScene.filter("status", "available"),
                                AwsScene.filter("vpc-id", aws.vpc))));
    assertThat(found.networkInterfaces())
        .extracting(NetworkInterface::networkInterfaceId)
        .contains(leaked);
    var subnets =
        aws.ask(
            ec2 ->
                ec2.describeSubnets(
                    r ->
                        r.filters(
                            AwsScene.filter("vpc-id", aws.vpc),
                            AwsScene.filter("availability-zone", "us-west-2b"))));
    assertThat(subnets.subnets()).extracting(s -> s.subnetId()).contains(aws.subnet);
    assertThat(subnets.subnets().getFirst().availableIpAddressCount()).isPositive();
  }

  @Test
  void aDryRunChangesNothing() {
    aws.refused(
        "DryRunOperation",
        ec2 ->
            ec2.createNetworkInterface(
                r -> r.subnetId(aws.subnet).description("dry").dryRun(true)));
    assertThat(
            aws.ask(
                    ec2 ->
                        ec2.describeNetworkInterfaces(
                            r -> r.filters(AwsScene.filter("description", "dry"))))
                .networkInterfaces())
        .isEmpty();
  }

  @Test
  void errorsCarryCodeStatusAndRequestId() {
    assertThatThrownBy(
            () -> aws.ask(ec2 -> ec2.deleteNetworkInterface(r -> r.networkInterfaceId("eni-0abc"))))
        .isInstanceOfSatisfying(
            Ec2Exception.class,
            error -> {
              assertThat(error.statusCode()).isEqualTo(400);
              assertThat(error.requestId()).isNotEmpty();
              assertThat(error.awsErrorDetails().errorCode())
                  .isEqualTo("InvalidNetworkInterfaceID.NotFound");
            });
  }

  @Test
  void allIdsThatDoNotExistAreNamed() {
    var there = aws.instance("m5.large").networkInterfaces().getFirst().networkInterfaceId();
    assertThatThrownBy(
            () ->
                aws.ask(
                    ec2 ->
                        ec2.describeNetworkInterfaces(
                            r -> r.networkInterfaceIds("eni-0a", there, "eni-0b"))))
        .hasMessageContaining("The networkInterface IDs 'eni-0a, eni-0b' do not exist");
    assertThatThrownBy(
            () -> aws.ask(ec2 -> ec2.terminateInstances(r -> r.instanceIds("i-0a", "i-0b"))))
        .hasMessageContaining("The instance IDs 'i-0a, i-0b' do not exist");
  }

  @Test
  void aSearchHas200ValuesAtMost() {
    var values = IntStream.range(0, 201).mapToObj(n -> "eni-%017x".formatted(n)).toList();
    aws.ask(
        ec2 ->
            ec2.describeNetworkInterfaces(
                r -> r.filters(filter("network-interface-id", values.subList(0, 200)))));
    aws.refused(
        "FilterLimitExceeded",
        ec2 ->
            ec2.describeNetworkInterfaces(r -> r.filters(filter("network-interface-id", values))));
    aws.refused(
        "FilterLimitExceeded",
        ec2 ->
            ec2.describeNetworkInterfaces(
                r ->
                    r.filters(
                        filter("network-interface-id", values.subList(0, 150)),
                        filter("description", values.subList(0, 51)))));
  }

  private static Filter filter(String name, List<String> values) {
    return Filter.builder().name(name).values(values).build();
  }

  @Test
  void instanceTypesComeInPagesOfAHundred() {
    var first = aws.ask(ec2 -> ec2.describeInstanceTypes(r -> {}));
    assertThat(first.instanceTypes()).hasSize(100);
    var all = new ArrayList<String>();
    aws.ask(
        ec2 ->
            ec2.describeInstanceTypesPaginator(r -> {})
                .subscribe(
                    page -> page.instanceTypes().forEach(t -> all.add(t.instanceTypeAsString()))));
    assertThat(all).doesNotHaveDuplicates().hasSizeGreaterThan(1000).contains("m5.large");
  }

  /** The names of the API reference for DescribeNetworkInterfaces. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "association.allocation-id",
        "association.association-id",
        "addresses.association.owner-id",
        "addresses.association.public-ip",
        "addresses.primary",
        "addresses.private-ip-address",
        "association.ip-owner-id",
        "association.public-ip",
        "association.public-dns-name",
        "attachment.attach-time",
        "attachment.attachment-id",
        "attachment.delete-on-termination",
        "attachment.device-index",
        "attachment.instance-id",
        "attachment.instance-owner-id",
        "attachment.status",
        "availability-zone",
        "availability-zone-id",
        "description",
        "group-id",
        "ipv6-addresses.ipv6-address",
        "interface-type",
        "mac-address",
        "network-interface-id",
        "operator.managed",
        "operator.principal",
        "owner-id",
        "private-dns-name",
        "private-ip-address",
        "requester-id",
        "requester-managed",
        "source-dest-check",
        "status",
        "subnet-id",
        "tag:Name",
        "tag-key",
        "vpc-id"
      })
  void everyFilterOfInterfacesIsAnswered(String name) {
    aws.ask(ec2 -> ec2.describeNetworkInterfaces(r -> r.filters(AwsScene.filter(name, "x"))));
    aws.ask(
        ec2 ->
            ec2.describeInstances(
                r -> r.filters(AwsScene.filter("instance-state-name", "running"))));
  }

  @Test
  void filtersFindWhatTheySay() {
    var node = aws.instance("m5.large");
    var eni = node.networkInterfaces().getFirst();
    var own = AwsScene.filter("network-interface-id", eni.networkInterfaceId());
    for (var pair :
        List.of(
            List.of("addresses.primary", "true"),
            List.of("private-dns-name", eni.privateDnsName()),
            List.of("attachment.instance-owner-id", "123456789012"),
            List.of("group-name", "nodes"),
            List.of("requester-managed", "false"))) {
      assertThat(
              aws.ask(
                      ec2 ->
                          ec2.describeNetworkInterfaces(
                              r -> r.filters(own, AwsScene.filter(pair.get(0), pair.get(1)))))
                  .networkInterfaces())
          .as(pair.toString())
          .hasSize(1);
    }
    assertThat(
            aws.ask(
                    ec2 ->
                        ec2.describeInstances(
                            r ->
                                r.filters(
                                    AwsScene.filter(
                                        "network-interface.addresses.private-ip-address",
                                        eni.privateIpAddress()))))
                .reservations())
        .hasSize(1);
    assertThat(
            aws.ask(
                    ec2 ->
                        ec2.describeSubnets(
                            r -> r.filters(AwsScene.filter("map-public-ip-on-launch", "true"))))
                .subnets())
        .isEmpty();
  }

  /** An empty answer would look like a true one. */
  @Test
  void aFilterThatIsNotModelledIsRefusedAsSuch() {
    aws.refused(
        "UnsupportedOperation",
        ec2 -> ec2.describeInstances(r -> r.filters(AwsScene.filter("root-device-type", "ebs"))));
    aws.refused(
        "UnsupportedOperation",
        ec2 ->
            ec2.describeSecurityGroups(
                r -> r.filters(AwsScene.filter("ip-permission.cidr", "0.0.0.0/0"))));
    aws.refused(
        "InvalidParameterValue",
        ec2 -> ec2.describeInstances(r -> r.filters(AwsScene.filter("colour", "red"))));
  }
}
