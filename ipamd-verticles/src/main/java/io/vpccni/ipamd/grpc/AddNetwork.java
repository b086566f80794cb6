package io.vpccni.ipamd.grpc;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.branch.service.BranchLookup;
import io.vpccni.ipamd.branch.service.BranchLookup.Answer;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.holding.Cancellation;
import io.vpccni.ipamd.holding.Holdings;
import io.vpccni.ipamd.holding.PodIpAnnotation;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.LinkNames;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.Assign;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.wire.cni.AddNetworkReply;
import io.vpccni.rpc.wire.cni.AddNetworkRequest;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code rpc.CNIBackend/AddNetwork}: an address, or a pod's branch ENI, for another's wiring. */
final class AddNetwork {
  private static final Logger log = LoggerFactory.getLogger(AddNetwork.class);

  private final Vertx vertx;
  private final AgentConfig config;
  private final CallIds ids;
  private final BranchLookup branches;
  private final Holdings holdings;
  private final PodIpAnnotation annotation;

  AddNetwork(Vertx vertx, AgentConfig config, CallIds ids, BranchLookup branches) {
    this.vertx = vertx;
    this.config = config;
    this.ids = ids;
    this.branches = branches;
    this.holdings = new Holdings(vertx.eventBus());
    this.annotation = new PodIpAnnotation(vertx.eventBus(), config);
  }

  /** Never an address for a caller that is gone: the plugin whose call it was will not wire it. */
  Future<AddNetworkReply> run(
      AddNetworkRequest request, Attachment attachment, Cancellation caller) {
    var pod = new PodRef(request.getK8SPODNAMESPACE(), request.getK8SPODNAME());
    if (!attachment.complete()) return refused(pod, "incomplete request").map(Given::reply);
    return branches
        .await(pod, "", config.host().strictSecurityGroups(), caller::cancelled)
        .compose(
            answer ->
                switch (answer) {
                  case Answer.Ordinary _ -> fromPool(request, attachment, pod, caller);
                  case Answer.Branch branch -> fromBranch(request, attachment, pod, branch);
                  case Answer.NotYet(var why) -> refused(pod, why);
                })
        .recover(
            error ->
                caller.cancelled()
                    ? Future.succeededFuture(Given.NOTHING)
                    : Future.failedFuture(error))
        .compose(given -> caller.cancelled() ? takeBack(given) : Future.succeededFuture(given))
        .map(Given::reply);
  }

  /**
   * @param fresh what was not held before this call; empty where nothing was given
   */
  private record Given(AddNetworkReply reply, Optional<Holding> fresh) {
    static final Given NOTHING = new Given(AddNetworkReply.getDefaultInstance(), Optional.empty());
  }

  private Future<Given> takeBack(Given given) {
    if (given.fresh.isEmpty()) return Future.succeededFuture(given);
    var holding = given.fresh.get();
    log.atInfo()
        .addKeyValue("pod", holding.pod())
        .log("AddNetwork: the caller went away, what it was given is taken back");
    return holdings
        .release(holding.attachment(), List.of())
        .compose(_ -> annotation.clear(holding))
        .map(Given.NOTHING)
        .onFailure(
            kept ->
                log.atWarn()
                    .addKeyValue("pod", holding.pod())
                    .addKeyValue("why", kept.toString())
                    .log("a cancelled AddNetwork is not undone yet"));
  }

  private static Future<Given> refused(PodRef pod, String why) {
    log.atWarn().addKeyValue("pod", pod).addKeyValue("why", why).log("AddNetwork refused");
    return Future.succeededFuture(Given.NOTHING);
  }

  private Future<Given> fromPool(
      AddNetworkRequest request, Attachment attachment, PodRef pod, Cancellation caller) {
    boolean everyCard = request.getRequiresMultiNICAttachment();
    var veths =
        everyCard ? List.<String>of() : LinkNames.hostVeths(config.host().vethPrefix(), pod, 1);
    var wiring = new Wiring(request.getNetns(), veths, Wiring.By.PLUGIN);
    return holdings
        .assign(new Assign(ids.next(), attachment, pod, wiring, everyCard), caller)
        .compose(
            assigned ->
                switch (assigned.reply()) {
                  case AssignReply.Granted(var holding) ->
                      reply(holding).compose(reply -> given(holding, assigned.fresh(), reply));
                  case AssignReply.Refused no -> refused(pod, no.message());
                });
  }

  private Future<Given> fromBranch(
      AddNetworkRequest request, Attachment attachment, PodRef pod, Answer.Branch branch) {
    var veth = LinkNames.branchVeth(config.host().vethPrefix(), pod, branch.eni());
    var wiring =
        new Wiring(request.getNetns(), List.of(veth), Wiring.By.PLUGIN, Optional.of(branch.eni()));
    return new TrunkLink(vertx)
        .index(branch.eni().trunkMac())
        .compose(
            trunk ->
                trunk.isEmpty()
                    ? refused(pod, "no link has the trunk ENI's MAC " + branch.eni().trunkMac())
                    : BranchPods.KEEP
                        .ask(
                            vertx.eventBus(),
                            new BranchPods.Keep(attachment, pod, wiring, branch.held()),
                            BranchPods.DEADLINE)
                        .compose(kept -> kept(pod, branch, trunk.getAsInt(), kept)));
  }

  private Future<Given> kept(
      PodRef pod, Answer.Branch branch, int trunk, BranchPods.KeepReply kept) {
    return switch (kept) {
      case BranchPods.Kept(var holding, var fresh) ->
          reply(holding)
              .map(
                  reply ->
                      reply.toBuilder()
                          .setPodVlanId(branch.eni().vlan())
                          .setPodENIMAC(branch.eni().mac())
                          .setPodENISubnetGW(branch.eni().gateway().toString())
                          .setParentIfIndex(trunk)
                          .build())
              .compose(reply -> given(holding, fresh, reply));
      case BranchPods.NotSaved(var why) -> refused(pod, why);
    };
  }

  private Future<AddNetworkReply> reply(Holding holding) {
    return PoolEndpoints.VIEW
        .ask(vertx.eventBus(), new ReadView(), PoolEndpoints.DEADLINE)
        .map(view -> reply(holding, view));
  }

  private AddNetworkReply reply(Holding holding, PoolView view) {
    var reply =
        AddNetworkReply.newBuilder()
            .setSuccess(true)
            .addAllIPAllocationMetadata(
                holding.addresses().stream().map(CniBackend::metadata).toList())
            .setUseExternalSNAT(config.host().externalSnat())
            .setNetworkPolicyMode(config.policyMode().orElse(""));
    view.facts()
        .ifPresent(
            facts -> {
              if (config.ipv6()) {
                reply.addAllVPCv6CIDRs(texts(facts.vpcIpv6Cidrs()));
              } else {
                reply.addAllVPCv4CIDRs(texts(facts.vpcIpv4Cidrs()));
              }
            });
    if (!config.ipv6() && !config.host().externalSnat()) {
      reply.addAllVPCv4CIDRs(texts(config.host().excludeSnatCidrs()));
    }
    return reply.build();
  }

  private static List<String> texts(List<Cidr> cidrs) {
    return cidrs.stream().map(Cidr::toString).toList();
  }

  /** A failure is told with the addresses, which stay assigned: that plugin asks for their end. */
  private Future<Given> given(Holding holding, boolean fresh, AddNetworkReply reply) {
    return annotation
        .set(holding)
        .map(reply)
        .otherwise(
            error -> {
              log.atWarn()
                  .addKeyValue("pod", holding.pod())
                  .addKeyValue("why", error.getMessage())
                  .log("the pod could not be annotated with its address");
              return reply.toBuilder().setSuccess(false).build();
            })
        .map(told -> new Given(told, fresh ? Optional.of(holding) : Optional.empty()));
  }
}
