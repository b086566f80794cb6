package io.vpccni.ipamd.branch.service;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.kubernetes.KubernetesCalls;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolView;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the VPC resource controller for this node's trunk ENI, by a feature of the node's CNINode,
 * until the trunk is there. It is deployed only with {@code ENABLE_POD_ENI}.
 */
public final class TrunkVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(TrunkVerticle.class);
  private static final String CONDITION = "NoTrunkEni";
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final AgentConfig config;

  public TrunkVerticle(AgentConfig config) {
    this.config = config;
  }

  @Override
  public Future<?> start() {
    look();
    if (config.features().customNetworking()) tellNetwork();
    return Future.succeededFuture();
  }

  private void look() {
    PoolEndpoints.VIEW
        .ask(vertx.eventBus(), new ReadView(), PoolEndpoints.DEADLINE)
        .compose(this::ask)
        .onSuccess(
            there -> {
              if (!there) vertx.setTimer(AGAIN.toMillis(), _ -> look());
            })
        .onFailure(_ -> vertx.setTimer(AGAIN.toMillis(), _ -> look()));
  }

  /** Asks for the trunk ENI if it is not there; completes with whether it is. */
  private Future<Boolean> ask(PoolView view) {
    if (view.enis().stream().anyMatch(eni -> eni.facts().kind() == EniKind.TRUNK)) {
      log.info("The trunk ENI is attached");
      publish(ConditionChanged.over(CONDITION, ""));
      return Future.succeededFuture(true);
    }
    if (view.node().facts().isEmpty() || view.node().limits().isEmpty())
      return Future.succeededFuture(false);
    if (!config.ipv6() && !room(view)) {
      raise(
          "NoRoom", "all ENI slots of network card 0 are taken; lower the warm targets or MAX_ENI");
      return Future.succeededFuture(false);
    }
    return feature("SecurityGroupsForPods", "")
        .onSuccess(
            asked -> {
              if (asked)
                raise(
                    "Requested",
                    "requested by the CNINode; the VPC resource controller attaches it");
            })
        .map(false);
  }

  private static boolean room(PoolView view) {
    return view.cards().stream()
        .filter(card -> card.networkCard() == 0)
        .anyMatch(card -> card.enis().attached() < card.enis().most() - card.enis().unmanaged());
  }

  /** Tells the controller the ENIConfig that custom networking uses, unless it is the default. */
  private void tellNetwork() {
    new KubernetesCalls(vertx.eventBus())
        .eniConfig()
        .compose(
            reply ->
                switch (reply) {
                  case KubernetesReply.EniConfig(var name, var _) ->
                      name.equals("default")
                          ? Future.succeededFuture(true)
                          : feature("CustomNetworking", name);
                  case KubernetesReply.Failed _ -> Future.succeededFuture(false);
                })
        .otherwise(false)
        .onSuccess(
            done -> {
              if (!done) vertx.setTimer(AGAIN.toMillis(), _ -> tellNetwork());
            });
  }

  /** Adds a feature to the CNINode; completes with whether the CNINode has it now. */
  private Future<Boolean> feature(String name, String value) {
    return new KubernetesCalls(vertx.eventBus())
        .write(new KubernetesRequest.AddFeature(name, value))
        .map(
            reply ->
                switch (reply) {
                  case KubernetesReply.Written _ -> true;
                  case KubernetesReply.Failed failed -> refused(name, failed.reason());
                });
  }

  private boolean refused(String feature, String why) {
    raise("NotRequested", "feature " + feature + " could not be written to the CNINode: " + why);
    return false;
  }

  private void raise(String reason, String detail) {
    publish(ConditionChanged.raised(CONDITION, "", reason, detail));
  }

  private void publish(ConditionChanged change) {
    ConditionChanged.TOPIC.publish(vertx.eventBus(), change);
  }
}
