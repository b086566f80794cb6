package io.vpccni.ipamd.pool.service;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesNode;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesReply.EniConfigReply;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.stream.Streams;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the pool and people are told of a node whose pods have subnets of their own. */
class NodeNewsTest {
  private static final CustomNetwork NETWORK = new CustomNetwork(new SubnetId("s"), List.of());

  @RegisterExtension final RealBus bus = new RealBus();

  private final List<ConditionChanged> conditions = new CopyOnWriteArrayList<>();
  private final List<PoolEvent> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger reads = new AtomicInteger();
  private volatile EniConfigReply reply =
      new KubernetesReply.Unavailable("eniconfigs is forbidden: User aws-node cannot get");

  private void listen() {
    var vertx = bus.vertx();
    await(ConditionChanged.TOPIC.hear(vertx.eventBus(), conditions::add));
    await(
        KubernetesEndpoints.ENI_CONFIG.serve(
            vertx.eventBus(),
            _ -> {
              reads.incrementAndGet();
              return Future.succeededFuture(reply);
            }));
    var config =
        AgentConfig.parse(
                Map.of("ENABLE_IPv4", "true", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "true"))
            .config();
    var context = vertx.getOrCreateContext();
    var pool =
        new EventSink() {
          @Override
          public void tell(PoolEvent event) {
            events.add(event);
          }

          @Override
          public Instant now() {
            return Instant.EPOCH;
          }
        };
    Promise<Void> listening = Promise.promise();
    context.runOnContext(
        _ ->
            new NodeNews(config, vertx, new Streams(context), pool)
                .listen()
                .<Void>mapEmpty()
                .onComplete(listening));
    await(listening.future());
  }

  /** Each news of the node has its ENIConfig read; returns when that has happened. */
  private void read() {
    int before = reads.get();
    KubernetesEndpoints.NODE.publish(bus.vertx().eventBus(), KubernetesNode.UNKNOWN);
    until(() -> reads.get() > before);
  }

  private List<String> unreadable() {
    return conditions.stream()
        .filter(condition -> condition.name().equals("EniConfigUnreadable"))
        .map(condition -> condition.raised() ? condition.detail() : "over")
        .toList();
  }

  /** The pool would say that there is none. */
  @Test
  void anEniConfigThatMayNotBeReadIsTold() {
    listen();
    read();
    read();
    until(() -> !unreadable().isEmpty());
    assertThat(unreadable())
        .containsExactly(
            "the node's ENIConfig cannot be read: eniconfigs is forbidden: User aws-node cannot"
                + " get; going on with what was last known");
    reply = new KubernetesReply.EniConfig("default", NETWORK);
    read();
    until(() -> unreadable().size() > 1);
    assertThat(unreadable()).last().isEqualTo("over");
    assertThat(events)
        .filteredOn(event -> event instanceof PoolEvent.EniConfigChanged)
        .as("what is unknown changes nothing")
        .hasSize(1);
  }
}
