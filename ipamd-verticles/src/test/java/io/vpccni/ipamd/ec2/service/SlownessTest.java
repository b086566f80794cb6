package io.vpccni.ipamd.ec2.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.ec2.Ec2Reply.EniFreed;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.ExpectedReplies;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.ec2.OccupySubnet;
import io.vpccni.sim.ec2.Rules;
import io.vpccni.sim.faults.Fault;
import io.vpccni.sim.faults.Lag;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** EC2 and IMDS that are slow or behind, and subnets that have little left. */
@ExtendWith(VertxExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlownessTest {
  private LoopbackNode node;

  @BeforeAll
  void start(Vertx vertx) {
    node = new LoopbackNode(vertx, "m5.24xlarge");
    node.agent().describe();
  }

  @AfterAll
  void stop() {
    node.close();
  }

  @Test
  void aSlowDetachIsWaitedFor() {
    node.cloud.rules(Rules.immediate().withDetaching(Duration.ofSeconds(3)));
    try {
      var eni = node.create(1);
      assertThat(node.ask(new FreeEni(eni.id()))).isInstanceOf(EniFreed.class);
      assertThat(node.cloud.state().enis().find(eni.id().value())).isEmpty();
      assertThat(node.cloud.log().count("DeleteNetworkInterface")).isBetween(1L, 2L);
    } finally {
      node.cloud.rules(Rules.immediate());
    }
  }

  @Test
  void aDescribeThatLagsDoesNotHideWhatWeAttachedNorShowWhatWeFreed() {
    node.cloud.lag(new Lag(Duration.ofSeconds(20), Duration.ZERO, Duration.ZERO));
    try {
      var eni = node.create(1);
      assertThat(node.describe()).anyMatch(seen -> seen.id().equals(eni.id()));
      node.ask(new FreeEni(eni.id()));
      assertThat(node.describe()).noneMatch(seen -> seen.id().equals(eni.id()));
    } finally {
      node.cloud.lag(Lag.NONE);
    }
  }

  @Test
  void anEniThatImdsShowsLateIsWaitedFor() {
    node.cloud.lag(new Lag(Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(3)));
    try {
      long start = System.nanoTime();
      var eni = node.create(1);
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(Duration.ofSeconds(2).toNanos());
      assertThat(eni.cidrs()).hasSize(1);
      node.ask(new FreeEni(eni.id()));
    } finally {
      node.cloud.lag(Lag.NONE);
    }
  }

  @Test
  void ofASubnetThatIsNearlyFullTheRestIsTaken(Vertx vertx) {
    try (var small = new LoopbackNode(vertx, "m5.large", CloudSettings.prompt())) {
      small.cloud.perform(new OccupySubnet(small.subnet, 5, true), Instant.now());
      small.agent().describe();
      assertThat(small.create(9).cidrs()).hasSize(4);
      assertThat(small.ask(LoopbackNode.newEni(9)))
          .isInstanceOfSatisfying(
              Failed.class,
              failed -> assertThat(failed.kind()).isEqualTo(FailureKind.SUBNET_EXHAUSTED));
    }
  }

  @Test
  void anotherTaggedSubnetHelpsOut(Vertx vertx) {
    try (var tagged = new LoopbackNode(vertx, "m5.large", CloudSettings.prompt())) {
      var other = tagged.subnet("10.0.64.0/24", Map.of("kubernetes.io/role/cni", "1"));
      tagged.fault(
          new Fault(
              "CreateNetworkInterface",
              Optional.of(tagged.subnet),
              1,
              0,
              Fault.refuse("InsufficientFreeAddressesInSubnet")));
      tagged.agent().describe();
      var created = ExpectedReplies.created(tagged.ask(LoopbackNode.newEni(9)));
      assertThat(created.subnet().value()).isEqualTo(other);
      assertThat(created.subnetCidr()).contains(Cidr.parse("10.0.64.0/24"));
    }
  }
}
