package io.vpccni.ipamd.grpc;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.holding.Cancellation;
import io.vpccni.ipamd.holding.PodAddresses;
import io.vpccni.ipamd.holding.PodAddresses.Taken;
import io.vpccni.ipamd.holding.PodAddresses.Traces;
import io.vpccni.ipamd.holding.PodIpAnnotation;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.log.PodLog;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.BranchEni;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.wire.cni.AddNetworkReply;
import io.vpccni.rpc.wire.cni.AddNetworkRequest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out one {@code rpc.CNIBackend/AddNetwork}: takes an address, or a pod's branch ENI, for a
 * plugin that does the wiring itself.
 */
final class AddNetwork {
  private static final Logger log = LoggerFactory.getLogger(AddNetwork.class);

  /** This is that plugin's only word for "no". The reason is in the log. */
  private static final AddNetworkReply NOTHING = AddNetworkReply.getDefaultInstance();

  /** The request has no field for the pod's uid. */
  private static final String UNKNOWN_UID = "";

  private final Vertx vertx;
  private final AgentConfig config;
  private final PodAddresses addresses;
  private final PodIpAnnotation annotation;

  AddNetwork(Vertx vertx, AgentConfig config, PodAddresses addresses) {
    this.vertx = vertx;
    this.config = config;
    this.addresses = addresses;
    this.annotation = new PodIpAnnotation(vertx.eventBus(), config);
  }

  /**
   * A caller that goes away gets no address: the plugin whose call it was will not wire the pod.
   */
  Future<AddNetworkReply> run(
      AddNetworkRequest request, Attachment attachment, Cancellation caller) {
    var pod = new PodRef(request.getK8SPODNAMESPACE(), request.getK8SPODNAME());
    if (!attachment.complete()) return refused(pod, "incomplete request");
    return addresses
        .take(need(request, attachment, pod), caller)
        .compose(
            outcome ->
                switch (outcome) {
                  case Taken taken -> give(taken, caller);
                  case PodAddresses.Refused refused -> refused(pod, refused.why());
                })
        .recover(
            error ->
                error instanceof NotGiven || caller.cancelled()
                    ? refused(pod, String.valueOf(error.getMessage()))
                    : Future.failedFuture(error));
  }

  private PodAddresses.Need need(AddNetworkRequest request, Attachment attachment, PodRef pod) {
    return new PodAddresses.Need(
        attachment,
        pod,
        UNKNOWN_UID,
        request.getNetns(),
        Wiring.By.PLUGIN,
        config.host().podLinks().vethPrefix(),
        config.host().securityGroups().strict(),
        request.getRequiresMultiNICAttachment());
  }

  private static Future<AddNetworkReply> refused(PodRef pod, String why) {
    log.atWarn()
        .addKeyValue(LogKeys.POD, pod)
        .addKeyValue(LogKeys.WHY, why)
        .log("AddNetwork refused");
    return Future.succeededFuture(NOTHING);
  }

  /** Says why an address that was taken is not given to the caller after all. */
  private static final class NotGiven extends RuntimeException {
    NotGiven(String why) {
      super(why, null, false, false); // an expected outcome needs no stack
    }
  }

  private Future<AddNetworkReply> give(Taken taken, Cancellation caller) {
    var holding = taken.holding();
    return taken
        .saved()
        .compose(_ -> placed(holding))
        .compose(
            _ -> PoolEndpoints.VIEW.ask(vertx.eventBus(), new ReadView(), PoolEndpoints.DEADLINE))
        .map(view -> reply(holding, view))
        .compose(
            reply ->
                holding
                    .wiring()
                    .branch()
                    .map(eni -> withBranch(reply, eni))
                    .orElseGet(() -> Future.succeededFuture(reply)))
        .compose(reply -> annotate(holding, reply))
        .compose(
            reply ->
                caller.cancelled()
                    ? Future.failedFuture(new NotGiven("the caller went away"))
                    : Future.succeededFuture(reply))
        .onSuccess(_ -> PodLog.tell("Pod added for another plugin to wire", holding))
        .recover(
            error ->
                addresses.giveBack(taken, Traces.NONE).transform(_ -> Future.failedFuture(error)));
  }

  /**
   * Fails while the ENI of one of the addresses is not known. That plugin would take the 0 of an
   * unknown device or route table for a real one, and route the pod by it; it repeats its call.
   */
  private static Future<Void> placed(Holding holding) {
    return holding.wiring().branch().isPresent()
            || holding.addresses().stream().allMatch(HeldAddress::tableKnown)
        ? Future.succeededFuture()
        : Future.failedFuture(
            new NotGiven("EC2 has not shown yet which ENI the pod's address is on"));
  }

  private AddNetworkReply reply(Holding holding, PoolView view) {
    var reply =
        AddNetworkReply.newBuilder()
            .setSuccess(true)
            .addAllIPAllocationMetadata(
                holding.addresses().stream().map(CniBackend::metadata).toList())
            .setUseExternalSNAT(config.host().snat().external())
            .setNetworkPolicyMode(config.policyMode().orElse(""));
    view.node()
        .facts()
        .ifPresent(
            facts -> {
              if (config.ipv6()) {
                reply.addAllVPCv6CIDRs(texts(facts.vpc().ipv6Cidrs()));
              } else {
                reply.addAllVPCv4CIDRs(texts(facts.vpc().ipv4Cidrs()));
              }
            });
    if (!config.ipv6() && !config.host().snat().external()) {
      reply.addAllVPCv4CIDRs(texts(config.host().snat().excluded()));
    }
    return reply.build();
  }

  private static List<String> texts(List<Cidr> cidrs) {
    return cidrs.stream().map(Cidr::toString).toList();
  }

  private Future<AddNetworkReply> withBranch(AddNetworkReply reply, BranchEni eni) {
    return new TrunkLink(vertx)
        .index(eni.trunkMac())
        .compose(
            trunk ->
                trunk.isPresent()
                    ? Future.succeededFuture(
                        reply.toBuilder()
                            .setPodVlanId(eni.vlan())
                            .setPodENIMAC(eni.mac())
                            .setPodENISubnetGW(eni.gateway().toString())
                            .setParentIfIndex(trunk.getAsInt())
                            .build())
                    : Future.failedFuture(
                        new NotGiven("no link has the trunk ENI's MAC " + eni.trunkMac())));
  }

  /** A failure is told with the addresses, which stay assigned: that plugin asks for their end. */
  private Future<AddNetworkReply> annotate(Holding holding, AddNetworkReply reply) {
    return annotation
        .set(holding, UNKNOWN_UID)
        .map(reply)
        .otherwise(
            error -> {
              log.atWarn()
                  .addKeyValue(LogKeys.POD, holding.pod())
                  .addKeyValue(LogKeys.WHY, error.getMessage())
                  .log("The pod could not be annotated with its address");
              return reply.toBuilder().setSuccess(false).build();
            });
  }
}
