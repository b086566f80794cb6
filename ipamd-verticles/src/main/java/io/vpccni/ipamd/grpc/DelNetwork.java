package io.vpccni.ipamd.grpc;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.StatusException;
import io.vpccni.ipamd.branch.BranchLookup;
import io.vpccni.ipamd.branch.BranchLookup.Answer;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.holding.Holdings;
import io.vpccni.ipamd.holding.PodIpAnnotation;
import io.vpccni.ipamd.log.PodLog;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.BranchEni;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.rpc.wire.cni.DelNetworkReply;
import io.vpccni.rpc.wire.cni.DelNetworkRequest;
import java.util.List;
import java.util.Optional;

/**
 * Carries out one {@code rpc.CNIBackend/DelNetwork}: ends what AddNetwork gave, or our own ADD, for
 * a plugin that removes the pod's rules itself.
 */
final class DelNetwork {
  /** The reference's plugin looks for the middle part. */
  private static final String UNKNOWN_POD = "1 error occurred:\n\t* datastore: unknown pod\n\n";

  private final AgentConfig config;
  private final BranchLookup branches;
  private final Holdings holdings;
  private final PodIpAnnotation annotation;

  DelNetwork(Vertx vertx, AgentConfig config) {
    this.config = config;
    this.branches = new BranchLookup(vertx, config);
    this.holdings = new Holdings(vertx.eventBus());
    this.annotation = new PodIpAnnotation(vertx.eventBus(), config);
  }

  Future<DelNetworkReply> run(DelNetworkRequest request, Attachment attachment) {
    return holdings
        .find(attachment)
        .compose(
            found ->
                found.isPresent()
                    ? holdings.endWithCaller(found.get()).map(found)
                    : holdings.endUnlisted(attachment))
        .onSuccess(
            ended ->
                ended.ifPresent(
                    pod -> PodLog.tell("Pod removed that another plugin had wired", pod)))
        .compose(
            ended ->
                ended.isPresent()
                    // As the reference: a failure is an error although the address is released.
                    ? annotation.clear(ended.get()).map(_ -> reply(ended.get()))
                    : unknown(request));
  }

  private DelNetworkReply reply(Holding ended) {
    return reply(ended.addresses(), ended.wiring().branch());
  }

  private DelNetworkReply reply(List<HeldAddress> addresses, Optional<BranchEni> branch) {
    return DelNetworkReply.newBuilder()
        .setSuccess(true)
        .addAllIPAllocationMetadata(addresses.stream().map(CniBackend::metadata).toList())
        .setPodVlanId(branch.map(BranchEni::vlan).orElse(0))
        .setNetworkPolicyMode(config.policyMode().orElse(""))
        .build();
  }

  /** Answers for a branch pod of before we came: that plugin needs its VLAN to take it down. */
  private Future<DelNetworkReply> unknown(DelNetworkRequest request) {
    var pod = new PodRef(request.getK8SPODNAMESPACE(), request.getK8SPODNAME());
    return branches
        .former(pod, request.getK8SPODUID())
        .compose(
            found ->
                found
                    .map(branch -> Future.succeededFuture(former(branch)))
                    .orElseGet(
                        () ->
                            Future.failedFuture(
                                new StatusException(GrpcStatus.UNKNOWN, UNKNOWN_POD))));
  }

  private DelNetworkReply former(Answer.Branch branch) {
    return reply(List.of(branch.held()), Optional.of(branch.eni()));
  }
}
