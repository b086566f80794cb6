package io.vpccni.ipamd.cni;

import static io.vpccni.ipamd.RealBus.await;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.holding.AttachmentQueue;
import io.vpccni.ipamd.holding.Cancellation;
import io.vpccni.ipamd.holding.DataplaneGate;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.rpc.frame.CniAnswer;
import io.vpccni.rpc.frame.CniRequest;
import io.vpccni.rpc.time.ElapsedClock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A runtime's calls on a plugin whose surroundings are a {@link FakeNode}. */
final class Calls {
  private final CniPlugin plugin;

  /**
   * @param settings {@code NAME=value}
   */
  Calls(Vertx vertx, FakeNode node, String... settings) {
    this(vertx, node, gate(vertx, true), settings);
  }

  Calls(Vertx vertx, FakeNode node, DataplaneGate gate, String... settings) {
    await(node.serve(vertx));
    plugin = plugin(vertx, gate, settings);
  }

  /** Alone: nobody serves what it asks for. */
  static CniPlugin plugin(Vertx vertx, DataplaneGate gate, String... settings) {
    var env = new HashMap<>(Map.of("ENABLE_IPv4", "true", "ADD_WAIT_SECONDS", "1"));
    for (var setting : settings) {
      env.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    }
    env.putIfAbsent("CNI_STATUS_MODE", "strict");
    var config = AgentConfig.parse(env).config();
    var clock = ElapsedClock.system();
    return new CniPlugin(
        vertx,
        config,
        new CallIds(),
        clock,
        new AttachmentQueue(),
        gate,
        LastAbility.of(vertx, config.process(), clock));
  }

  static DataplaneGate gate(Vertx vertx, boolean open) {
    var gate = new DataplaneGate(vertx);
    if (open) {
      gate.heard(
          new DataplaneNews.Connected(
              new DataplaneReply.HostApplied(Map.of(), Set.of(), "iptables")));
    }
    return gate;
  }

  /** Makes a call for the pod {@code default/<id>} in a container of that id. */
  CniAnswer call(String command, String id) {
    return call(command, id, "");
  }

  /**
   * @param conf more members of the configuration, each with a comma before it
   */
  CniAnswer call(String command, String id, String conf) {
    return call(request(command, id, conf));
  }

  CniAnswer call(CniRequest request) {
    return await(plugin.handle(request, new Cancellation()));
  }

  void rehearse() {
    await(plugin.rehearse());
  }

  /** Begins a call whose answer the test does not wait for yet. */
  Future<CniAnswer> begin(String command, String id, Cancellation caller) {
    return plugin.handle(request(command, id, ""), caller);
  }

  static CniRequest request(String command, String id, String conf) {
    return new CniRequest(
        "aws-cni",
        Map.of(
            "CNI_COMMAND",
            command,
            "CNI_CONTAINERID",
            id,
            "CNI_NETNS",
            "/run/netns/" + id,
            "CNI_IFNAME",
            "eth0",
            "CNI_PATH",
            "/opt/cni/bin",
            "CNI_ARGS",
            "K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + id + ";K8S_POD_UID=uid-" + id),
        ("{\"cniVersion\":\"1.1.0\",\"name\":\"aws-cni\"" + conf + "}").getBytes(UTF_8));
  }
}
