package io.vpccni.ipamd.cni;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.json.MalformedJson;
import io.vpccni.rpc.frame.CniAnswer;
import io.vpccni.rpc.frame.CniRequest;

/**
 * Answers for the executable called as {@code egress-cni}, which an old conflist still chains.
 * Egress is wired with the pod itself, so this plugin passes on the result of the plugin before it.
 */
final class EgressPlugin {
  static final String NAME = "egress-cni";

  private EgressPlugin() {}

  static CniAnswer answer(CniRequest request) {
    if (!request.env().getOrDefault("CNI_COMMAND", "").equals("ADD")) return CniAnswer.of(0, "");
    var previous = NetConf.parse(request.stdin(), "add cmd: ").previous();
    if (previous.isEmpty()) throw CniError.plugin("must be called as a chained plugin");
    try {
      return CniError.requireFits(
          CniAnswer.of(
              0, Json.indented(Json.object(new String(request.stdin(), UTF_8)).get("prevResult"))));
    } catch (MalformedJson impossible) {
      throw CniError.decoding(String.valueOf(impossible.getMessage()));
    }
  }
}
