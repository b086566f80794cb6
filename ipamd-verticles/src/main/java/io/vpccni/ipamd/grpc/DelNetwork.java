package io.vpccni.ipamd.grpc;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.StatusException;
import io.vpccni.ipamd.branch.service.BranchLookup;
import io.vpccni.ipamd.branch.service.BranchLookup.Answer;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneCalls;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.holding.Holdings;
import io.vpccni.ipamd.holding.PodIpAnnotation;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.rpc.wire.cni.DelNetworkReply;
import io.vpccni.rpc.wire.cni.DelNetworkRequest;
import java.util.List;

/** {@code rpc.CNIBackend/DelNetwork}: the end of what AddNetwork gave, or our own ADD. */
final class DelNetwork {
  /** The reference's plugin looks for the middle part. */
  private static final String UNKNOWN_POD = "1 error occurred:\n\t* datastore: unknown pod\n\n";

  private final EventBus bus;
  private final AgentConfig config;
  private final BranchLookup branches;
  private final Holdings holdings;

  DelNetwork(EventBus bus, AgentConfig config, BranchLookup branches) {
    this.bus = bus;
    this.config = config;
    this.branches = branches;
    this.holdings = new Holdings(bus);
  }

  Future<DelNetworkReply> run(DelNetworkRequest request, Attachment attachment) {
    return holdings
        .find(attachment)
        .compose(
            found ->
                (found.isPresent()
                        ? detach(found.get())
                        : Future.succeededFuture(List.<String>of()))
                    .compose(veths -> holdings.release(attachment, veths))
                    // An entry of a very old version is found only by releasing it.
                    .map(released -> found.or(() -> released)))
        .compose(
            ended ->
                ended.isPresent()
                    // As the reference: a failure is an error although the address is released.
                    ? new PodIpAnnotation(bus, config)
                        .clear(ended.get())
                        .map(_ -> reply(ended.get()))
                    : unknown(request));
  }

  /**
   * That plugin removes rules itself, but ours would be healed back. Where we cannot, it does it
   * alone.
   */
  private Future<List<String>> detach(Holding holding) {
    return new DataplaneCalls(bus)
        .detach(holding)
        .map(reply -> reply instanceof DataplaneReply.Detached(var veths) ? veths : List.of());
  }

  private DelNetworkReply reply(Holding ended) {
    return DelNetworkReply.newBuilder()
        .setSuccess(true)
        .addAllIPAllocationMetadata(ended.addresses().stream().map(CniBackend::metadata).toList())
        .setPodVlanId(ended.wiring().branch().map(branch -> branch.vlan()).orElse(0))
        .setNetworkPolicyMode(config.policyMode().orElse(""))
        .build();
  }

  /** A branch pod of before we came: that plugin needs its VLAN to take it down. */
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
    return DelNetworkReply.newBuilder()
        .setSuccess(true)
        .setPodVlanId(branch.eni().vlan())
        .addIPAllocationMetadata(CniBackend.metadata(branch.held()))
        .setNetworkPolicyMode(config.policyMode().orElse(""))
        .build();
  }
}
