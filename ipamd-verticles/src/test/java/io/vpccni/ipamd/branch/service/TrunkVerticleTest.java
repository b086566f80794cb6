package io.vpccni.ipamd.branch.service;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesNode;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.metrics.Counted;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TrunkVerticleTest {
  @RegisterExtension final RealBus bus = new RealBus();

  private final List<ConditionChanged> conditions = new CopyOnWriteArrayList<>();
  private final AtomicBoolean writable = new AtomicBoolean();

  @Test
  void theConditionOfAWriteThatFailedGoesWithTheNextOneThatSucceeds() {
    var events = bus.vertx().eventBus();
    var failures = new CopyOnWriteArrayList<Counted>();
    await(ConditionChanged.TOPIC.hear(events, conditions::add));
    await(Counted.TOPIC.hear(events, failures::add));
    await(
        KubernetesEndpoints.ENI_CONFIG.serve(
            events,
            _ ->
                Future.succeededFuture(
                    new KubernetesReply.EniConfig(
                        "zone-a", new CustomNetwork(new SubnetId("subnet-9"), List.of())))));
    await(
        KubernetesEndpoints.WRITE.serve(
            events,
            _ ->
                Future.succeededFuture(
                    writable.get()
                        ? new KubernetesReply.Written()
                        : new KubernetesReply.NotUsable("there is no CNINode n"))));
    var settings =
        Map.of(
            "ENABLE_IPv4",
            "true",
            "ENABLE_POD_ENI",
            "true",
            "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG",
            "true");
    await(bus.vertx().deployVerticle(new TrunkVerticle(AgentConfig.parse(settings).config())));
    until(() -> !conditions.isEmpty());
    assertThat(conditions.getFirst().detail())
        .contains("CustomNetworking", "there is no CNINode n");
    until(() -> !failures.isEmpty());
    assertThat(failures).containsOnly(new Counted(Counted.Counter.POD_ENI_ERRORS, "nodeInit"));

    writable.set(true);
    KubernetesEndpoints.NODE.publish(events, KubernetesNode.UNKNOWN);
    until(() -> conditions.size() > 1);
    assertThat(conditions.getLast())
        .isEqualTo(
            ConditionChanged.over(conditions.getFirst().name(), conditions.getFirst().subject()));
  }
}
