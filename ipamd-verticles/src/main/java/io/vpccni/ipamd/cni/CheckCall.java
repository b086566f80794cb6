package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.json.MalformedJson;
import io.vpccni.ipamd.metrics.Phase;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.rpc.frame.CniAnswer;
import java.util.List;

/** Carries out one CHECK: the runtime, this agent and the kernel must agree about the pod. */
final class CheckCall {
  private final NodeServices node;
  private final CniCall call;

  CheckCall(NodeServices node, CniCall call) {
    this.node = node;
    this.call = call;
  }

  Future<CniAnswer> run() {
    return node.holdings()
        .find(call.attachment())
        .compose(
            found ->
                found.isPresent()
                    ? compare(found.get().in(call.netns()))
                    : wrong("no address is assigned to " + call.attachment().containerId()))
        .map(CniAnswer.of(0, ""));
  }

  private Future<Void> compare(Holding holding) {
    var differences = fromRuntime(holding);
    return differences.isEmpty() ? compareWithKernel(holding) : wrong(differences);
  }

  private List<String> fromRuntime(Holding holding) {
    try {
      return PreviousResult.of(call.conf())
          .map(result -> result.differences(holding))
          .orElse(List.of());
    } catch (MalformedJson odd) {
      throw CniError.decoding("prevResult: " + odd.getMessage());
    }
  }

  private Future<Void> compareWithKernel(Holding holding) {
    return node.timed(
            Phase.NET_PROGRAMMER, () -> node.dataplane().check(holding, call.conf().mtu()))
        .compose(
            reply ->
                switch (reply) {
                  case DataplaneReply.Checked(var differences) ->
                      differences.isEmpty() ? Future.succeededFuture() : wrong(differences);
                  case DataplaneReply.Refused(var why, var message) ->
                      why == DataplaneReply.Why.BUSY ? later(message) : wrong(message);
                  case DataplaneReply.Unavailable(var message, var _) -> later(message);
                });
  }

  private static Future<Void> wrong(List<String> differences) {
    return wrong(String.join("; ", differences));
  }

  private static Future<Void> wrong(String what) {
    return Future.failedFuture(CniError.plugin("check cmd: " + what));
  }

  private static Future<Void> later(String why) {
    return Future.failedFuture(CniError.later("check cmd: " + why));
  }
}
