package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vpccni.ipamd.holding.AttachmentQueue;
import io.vpccni.ipamd.log.PodLog;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.rpc.frame.CniAnswer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Carries out one GC: ends the attachments that the runtime no longer knows. */
final class GcCall {

  private final NodeServices node;
  private final AttachmentQueue queue;

  GcCall(NodeServices node, AttachmentQueue queue) {
    this.node = node;
    this.queue = queue;
  }

  Future<CniAnswer> run(NetConf conf) {
    // A runtime that does not say what is valid must not cost running pods their addresses.
    if (conf.valid().isEmpty()) return Future.succeededFuture(CniAnswer.of(0, ""));
    if (node.obstacle().isPresent()) {
      return Future.failedFuture(CniError.later("gc cmd: " + node.obstacle().get()));
    }
    var valid = new HashSet<>(conf.valid().get());
    return node.holdings()
        .all()
        .map(holdings -> stale(holdings, conf.name(), valid))
        .compose(
            stale ->
                Batches.of(stale, this::collect)
                    .compose(failures -> answer(stale.size(), failures)));
  }

  /**
   * Finds what the runtime no longer knows. An attachment with a call under way is not stale,
   * whatever the runtime's list says.
   */
  private List<Attachment> stale(List<Holding> holdings, String network, Set<NetConf.Valid> valid) {
    return holdings.stream()
        .map(Holding::attachment)
        .filter(held -> held.networkName().equals(network))
        .filter(held -> !valid.contains(new NetConf.Valid(held.containerId(), held.ifName())))
        .filter(held -> !queue.busy(held))
        .toList();
  }

  private Future<Void> collect(Attachment stale) {
    return queue.take(
        stale,
        () ->
            node.holdings()
                .find(stale)
                .compose(
                    found ->
                        found.isPresent() ? end(found.get()) : Future.<Void>succeededFuture()));
  }

  private Future<Void> end(Holding stale) {
    return node.holdings()
        .end(stale)
        .compose(_ -> node.annotation().clearIfPossible(stale))
        .onSuccess(_ -> PodLog.tell("Pod removed because the runtime no longer knows it", stale));
  }

  private static Future<CniAnswer> answer(int all, List<Throwable> failures) {
    return failures.isEmpty()
        ? Future.succeededFuture(CniAnswer.of(0, ""))
        : Future.failedFuture(
            CniError.later(
                "gc cmd: %d of %d stale attachments are not released yet: %s"
                    .formatted(failures.size(), all, failures.getFirst().getMessage())));
  }
}
