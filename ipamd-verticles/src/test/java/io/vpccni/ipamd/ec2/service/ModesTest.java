package io.vpccni.ipamd.ec2.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.AddressesAssigned;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.ExpectedReplies;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.ec2.InstanceType;
import io.vpccni.sim.ec2.KnownTypes;
import io.vpccni.sim.ec2.OccupySubnet;
import io.vpccni.sim.faults.Fault;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The other ways to hold addresses, against the simulated cloud. */
@ExtendWith(VertxExtension.class)
class ModesTest {
  private static Ec2Settings ipv6(Ec2Settings s) {
    return new Ec2Settings(
        s.connection(),
        new Ec2Settings.Tagging("prod", Map.of("team", "net"), true),
        new Ec2Settings.Networking(true, false, true, false),
        new Ec2Settings.Access(true, false, true));
  }

  private static CreateEni newEni(AddressKind kind, int count) {
    return new CreateEni(0, kind, count, Optional.empty());
  }

  @Test
  void prefixesAreCreatedAssignedAndGivenBack(Vertx vertx) {
    try (var node = new LoopbackNode(vertx, "m5.large").agent()) {
      node.describe();
      var eni = ExpectedReplies.created(node.ask(newEni(AddressKind.IPV4_PREFIX, 2)));
      assertThat(eni.cidrs()).hasSize(2).allMatch(cidr -> cidr.prefix() == 28);
      var more =
          ExpectedReplies.assigned(
              node.ask(new AssignAddresses(eni.id(), AddressKind.IPV4_PREFIX, 1)));
      assertThat(more).singleElement().matches(cidr -> cidr.prefix() == 28);
      node.ask(new AssignAddresses(eni.id(), AddressKind.SECONDARY_IP, 1));
      var all = node.describe().get(1).cidrs();
      assertThat(all).hasSize(4);
      // Single addresses and prefixes together: the API wants two calls.
      assertThat(node.ask(new UnassignAddresses(eni.id(), all)))
          .isInstanceOf(Ec2Reply.AddressesUnassigned.class);
      assertThat(node.describe().get(1).cidrs()).isEmpty();
      assertThat(node.cloud.log().count("UnassignPrivateIpAddresses")).isEqualTo(2);
    }
  }

  @Test
  void aFragmentedSubnetHasNoPrefixAndSaysSo(Vertx vertx) {
    try (var node = new LoopbackNode(vertx, "m5.large")) {
      node.cloud.perform(new OccupySubnet(node.subnet, 50, true), Instant.now());
      node.agent().describe();
      assertThat(node.ask(newEni(AddressKind.IPV4_PREFIX, 1)))
          .isInstanceOfSatisfying(
              Failed.class,
              failed -> {
                assertThat(failed.code()).isEqualTo("InsufficientCidrBlocks");
                assertThat(failed.kind()).isEqualTo(FailureKind.SUBNET_EXHAUSTED);
                assertThat(failed.subnet()).contains(node.subnet);
              });
    }
  }

  @Test
  void aNewIpv6EniHasItsPrefixAndItsTags(Vertx vertx) {
    try (var node = new LoopbackNode(vertx, "m5.large").agent(ModesTest::ipv6)) {
      node.describe();
      var eni = ExpectedReplies.created(node.ask(newEni(AddressKind.IPV6_PREFIX, 1)));
      assertThat(eni.cidrs()).singleElement().matches(cidr -> cidr.prefix() == 80);
      assertThat(eni.tags())
          .containsEntry("node.k8s.amazonaws.com/instance_id", node.instance)
          .containsEntry("cluster.k8s.amazonaws.com/name", "prod")
          .containsEntry("eks:eni:owner", "amazon-vpc-cni")
          .containsEntry("team", "net")
          .containsKey("node.k8s.amazonaws.com/createdAt");
      assertThat(node.cloud.state().enis().find(eni.id().value()))
          .hasValueSatisfying(
              seen -> assertThat(seen.description()).isEqualTo("aws-K8S-" + node.instance));
      assertThat(node.describe().get(1).cidrs()).isEqualTo(eni.cidrs());
    }
  }

  @Test
  void customNetworkingUsesItsOwnSubnetWhateverItsTags(Vertx vertx) {
    try (var node = new LoopbackNode(vertx, "m5.large")) {
      var other = node.subnet("10.0.128.0/24", Map.of("kubernetes.io/role/cni", "0"));
      node.agent().describe();
      var reply =
          node.ask(
              new CreateEni(
                  0,
                  AddressKind.SECONDARY_IP,
                  3,
                  Optional.of(new CustomNetwork(new SubnetId(other), List.of()))));
      var eni = ExpectedReplies.created(reply);
      assertThat(eni.subnet().value()).isEqualTo(other);
      assertThat(eni.subnetCidr()).isPresent();
    }
  }

  @Test
  void aTypeThatOurTableDoesNotKnowIsAskedOfEc2(Vertx vertx) {
    var novel = new InstanceType("zz9.huge", 30, List.of(8, 4), "nitro", false);
    try (var node =
        new LoopbackNode(vertx, "zz9.huge", CloudSettings.prompt(), new KnownTypes(List.of(novel)))
            .agent()) {
      var limits = ExpectedReplies.limits(node.limits());
      assertThat(limits.eniLimit()).as("of the default card").isEqualTo(8);
      assertThat(limits.ipv4Limit()).isEqualTo(30);
      assertThat(limits.cardLimits()).containsExactly(8, 4);
      assertThat(limits.supportsPrefixes()).isTrue();
      node.limits();
      assertThat(node.counts()).isEqualTo(Map.of("DescribeInstanceTypes", 1L));
    }
  }

  @Test
  void aKnownTypeCostsNoCall(Vertx vertx) {
    try (var node = new LoopbackNode(vertx, "m5.large").agent()) {
      assertThat(ExpectedReplies.limits(node.limits()).eniLimit()).isEqualTo(3);
      assertThat(node.counts()).isEmpty();
    }
  }

  @Test
  void theWholeBlockOfAnEniIsNotAskedForMoreThanItHolds(Vertx vertx) {
    try (var node = new LoopbackNode(vertx, "m5.large").agent()) {
      node.describe();
      assertThat(node.create(50).cidrs()).hasSize(9);
      assertThat(node.ask(new AssignAddresses(node.primary(), AddressKind.SECONDARY_IP, 0)))
          .isEqualTo(new AddressesAssigned(node.primary(), List.of()));
    }
  }

  /** The list of subnets is ten minutes old at most: the ENIConfig may name a younger one. */
  @Test
  void anEniInASubnetThatIsYoungerThanTheListHasItsBlockFromImds(Vertx vertx) {
    try (var node = new LoopbackNode(vertx, "m5.large").agent()) {
      node.describe();
      var young = node.subnet("10.0.64.0/24", Map.of());
      var custom = Optional.of(new CustomNetwork(new SubnetId(young), List.of()));
      var reply = node.ask(new CreateEni(0, AddressKind.SECONDARY_IP, 2, custom));
      assertThat(ExpectedReplies.created(reply).subnetCidr()).contains(Cidr.parse("10.0.64.0/24"));
    }
  }

  @Test
  void withoutDescribeSubnetsANewEniHasItsBlockFromImds(Vertx vertx) {
    try (var node = new LoopbackNode(vertx, "m5.large").agent()) {
      node.fault(Fault.always("DescribeSubnets", Fault.refuse("UnauthorizedOperation")));
      node.describe();
      assertThat(node.create(2).subnetCidr()).contains(Cidr.parse("10.0.0.0/20"));
    }
  }
}
