package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vpccni.ipamd.holding.AttachmentQueue;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.rpc.frame.CniAnswer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One GC: releases what the runtime no longer knows. */
final class GcCall {
  private static final Logger log = LoggerFactory.getLogger(GcCall.class);

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
        .compose(
            holdings -> {
              var stale = stale(holdings, conf.name(), valid);
              return Batches.of(stale, this::collect)
                  .compose(failures -> answer(stale.size(), failures));
            });
  }

  private List<Attachment> stale(List<Holding> holdings, String network, Set<NetConf.Valid> valid) {
    return holdings.stream()
        .map(Holding::attachment)
        .filter(held -> held.networkName().equals(network))
        .filter(held -> !valid.contains(new NetConf.Valid(held.containerId(), held.ifName())))
        .filter(held -> !queue.busy(held))
        .toList();
  }

  private Future<Void> collect(Attachment stale) {
    log.atInfo()
        .addKeyValue("container", stale.containerId())
        .log("GC: the runtime no longer knows this attachment");
    return queue.take(
        stale,
        () ->
            node.holdings()
                .find(stale)
                .compose(
                    found ->
                        found.isPresent()
                            ? new DelCall(node).end(found.get())
                            : Future.<Void>succeededFuture()));
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
