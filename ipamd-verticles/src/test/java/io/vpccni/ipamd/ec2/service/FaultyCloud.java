package io.vpccni.ipamd.ec2.service;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.retry.Waiting;
import io.vpccni.sim.http.Gate;
import io.vpccni.sim.http.Servers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Gives all tests of a class one node, whose cloud is whole again after each of them. */
@ExtendWith(VertxExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FaultyCloud {
  @SuppressWarnings("NullAway.Init")
  LoopbackNode node;

  @BeforeAll
  void start(Vertx vertx) {
    // m5.24xlarge has room for all ENIs and addresses that a class asks for.
    node = new LoopbackNode(vertx, "m5.24xlarge");
    node.agent().describe();
    Waiting.within("tags", () -> node.counts().containsKey("CreateTags"));
  }

  @AfterEach
  void heal() {
    node.heal();
    node.sim.servers().gate(Servers.Service.EC2).mode(Gate.UP);
    node.conditions.clear();
    node.cloud.log().clear();
  }

  @AfterAll
  void stop() {
    node.close();
  }
}
