package io.vpccni.ipamd.grpc;

import com.google.protobuf.Empty;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.rpc.wire.cni.ConfigServerBackendService;
import io.vpccni.rpc.wire.cni.NetworkPolicyAgentConfigReply;

/** Tells the network policy agent what it reads at its start. */
final class PolicyConfig extends ConfigServerBackendService {
  private final EventBus bus;
  private final AgentConfig config;

  PolicyConfig(EventBus bus, AgentConfig config) {
    this.bus = bus;
    this.config = config;
  }

  @Override
  public Future<NetworkPolicyAgentConfigReply> getNetworkPolicyConfigs(Empty request) {
    return PoolEndpoints.VIEW
        .ask(bus, new ReadView(), PoolEndpoints.DEADLINE)
        .map(
            view -> {
              var reply =
                  NetworkPolicyAgentConfigReply.newBuilder()
                      .setNetworkPolicyMode(config.policyMode().orElse(""))
                      .setMultiNICEnabled(config.features().multiNic());
              view.node()
                  .facts()
                  .ifPresent(
                      facts -> {
                        reply
                            .setInstanceID(facts.instance().id())
                            .setRegion(facts.instance().region());
                        if (config.ipv6()) {
                          facts.primary().ipv6().ifPresent(ip -> reply.setNodeIPv6(ip.toString()));
                        } else {
                          facts.primary().ipv4().ifPresent(ip -> reply.setNodeIPv4(ip.toString()));
                        }
                      });
              return reply.build();
            });
  }
}
