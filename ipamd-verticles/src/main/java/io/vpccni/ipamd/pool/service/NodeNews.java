package io.vpccni.ipamd.pool.service;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.kubernetes.KubernetesCalls;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesNode;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.stream.Streams;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the pool what the API server says of this node: its pods, its targets, its ENIConfig. */
final class NodeNews {
  private static final Logger log = LoggerFactory.getLogger(NodeNews.class);

  /** ENIConfigs are not watched: one that is made or corrected later is seen by then. */
  private static final Duration ENI_CONFIG_EACH = Duration.ofSeconds(30);

  /** The API server does not show the ENIConfig, which may exist all the same. */
  private static final String ENI_CONFIG_UNREADABLE = "EniConfigUnreadable";

  private final AgentConfig config;
  private final Vertx vertx;
  private final Streams streams;
  private final EventSink pool;
  private final RaisedConditions conditions;

  /** This is how many reads of the ENIConfig have failed since one succeeded. */
  private int readsFailed;

  /** This is what the pool was told last. */
  private Targets targets;

  NodeNews(AgentConfig config, Vertx vertx, Streams streams, EventSink pool) {
    this.config = config;
    this.vertx = vertx;
    this.streams = streams;
    this.pool = pool;
    this.conditions = RaisedConditions.on(vertx.eventBus());
    targets = config.pool().targets();
  }

  Future<?> listen() {
    var bus = vertx.eventBus();
    if (config.features().customNetworking()) {
      streams.each(streams.ticks(ENI_CONFIG_EACH), _ -> readEniConfig());
    }
    return Future.all(
        KubernetesEndpoints.NODE.hear(bus, this::nodeChanged),
        KubernetesEndpoints.DEMAND.hear(
            bus,
            demand -> pool.tell(new PoolEvent.PodsBound(demand.podsWithoutAddress(), pool.now()))));
  }

  private void nodeChanged(KubernetesNode node) {
    pool.tell(new PoolEvent.NodeChanged(NodeOverrides.state(node), pool.now()));
    var wanted = NodeOverrides.of(config.pool().targets(), node.annotations());
    // A bad value is never silent.
    conditions.raiseOnly(NodeLimits.SETTING_IGNORED, "NotANumber", wanted.ignored());
    if (!wanted.targets().equals(targets)) {
      log.atInfo()
          .addKeyValue(LogKeys.TARGETS, wanted.targets())
          .log("Warm targets changed by node annotation");
      targets = wanted.targets();
      pool.tell(new PoolEvent.TargetsChanged(targets, pool.now()));
    }
    if (config.features().customNetworking()) readEniConfig();
  }

  private void eniConfigRead(Optional<CustomNetwork> network) {
    readsFailed = 0;
    conditions.lower(ENI_CONFIG_UNREADABLE, "");
    pool.tell(new PoolEvent.EniConfigChanged(network, pool.now()));
  }

  /** An API server that is away for a moment is no news. */
  private void eniConfigUnreadable(String why) {
    if (++readsFailed < 2) return;
    conditions.raise(
        ENI_CONFIG_UNREADABLE,
        "",
        "Unreadable",
        "the node's ENIConfig cannot be read: " + why + "; going on with what was last known");
  }

  private void readEniConfig() {
    new KubernetesCalls(vertx.eventBus())
        .eniConfig()
        .onSuccess(
            reply -> {
              switch (reply) {
                case KubernetesReply.EniConfig(var _, var network) ->
                    eniConfigRead(Optional.of(network));
                case KubernetesReply.NotUsable _ -> eniConfigRead(Optional.empty());
                // Unknown removes nothing: the last one stays in force.
                case KubernetesReply.Unavailable(var why) -> eniConfigUnreadable(why);
              }
            });
  }
}
