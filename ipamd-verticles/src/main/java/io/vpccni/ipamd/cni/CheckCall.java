package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.json.MalformedJson;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.rpc.frame.CniAnswer;
import java.util.List;

/** One CHECK: what the runtime believes, what we hold and what the kernel has must be the same. */
final class CheckCall {
  private final NodeServices node;

  CheckCall(NodeServices node) {
    this.node = node;
  }

  Future<CniAnswer> run(CniCall call) {
    return node.holdings()
        .find(call.attachment())
        .compose(
            holding ->
                holding.isPresent()
                    ? check(call, holding.get().in(call.netns()))
                    : wrong(
                        List.of("no address is assigned to " + call.attachment().containerId())));
  }

  private Future<CniAnswer> check(CniCall call, Holding holding) {
    var differences = differences(call.conf(), holding);
    if (!differences.isEmpty()) return wrong(differences);
    return node.timed(node.dataplane().check(holding, call.conf().mtu()))
        .compose(
            reply ->
                switch (reply) {
                  case DataplaneReply.Checked(var found) when found.isEmpty() ->
                      Future.succeededFuture(CniAnswer.of(0, ""));
                  case DataplaneReply.Checked(var found) -> wrong(found);
                  case DataplaneReply.Refused(var why, var message)
                      when why != DataplaneReply.Why.BUSY ->
                      wrong(List.of(message));
                  case DataplaneReply.Failed failed ->
                      Future.failedFuture(NodeServices.later("check cmd", failed));
                });
  }

  private static List<String> differences(NetConf conf, Holding holding) {
    try {
      return PreviousResult.of(conf).map(result -> result.differences(holding)).orElse(List.of());
    } catch (MalformedJson odd) {
      throw CniError.decoding("prevResult: " + odd.getMessage());
    }
  }

  private static Future<CniAnswer> wrong(List<String> differences) {
    return Future.failedFuture(CniError.plugin("check cmd: " + String.join("; ", differences)));
  }
}
