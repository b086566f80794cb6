package io.vpccni.ipamd.grpc;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.StatusException;
import io.vpccni.ipamd.Version;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.link.LinkNames;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Attachment;
import io.vpccni.ipamd.pool.GrantedAddress;
import io.vpccni.ipamd.pool.PodRef;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.Wiring;
import io.vpccni.ipamd.pool.service.CallIds;
import io.vpccni.ipamd.pool.service.PoolEndpoints;
import io.vpccni.ipamd.pool.service.PoolMessage.Assign;
import io.vpccni.ipamd.pool.service.PoolMessage.Find;
import io.vpccni.ipamd.pool.service.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.service.PoolMessage.Release;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.wire.cni.AddNetworkReply;
import io.vpccni.rpc.wire.cni.AddNetworkRequest;
import io.vpccni.rpc.wire.cni.CNIBackendService;
import io.vpccni.rpc.wire.cni.DelNetworkReply;
import io.vpccni.rpc.wire.cni.DelNetworkRequest;
import io.vpccni.rpc.wire.cni.IPAllocationMetadata;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the reference's own plugin asks while a node is moved: addresses are given and taken here,
 * the wiring is that plugin's. Unlike the reference: versions may differ, and AddNetwork waits.
 */
final class CniBackend extends CNIBackendService {
  private static final Logger log = LoggerFactory.getLogger(CniBackend.class);

  /** The reference's plugin looks for the middle part. */
  private static final String UNKNOWN_POD = "1 error occurred:\n\t* datastore: unknown pod\n\n";

  private final EventBus bus;
  private final AgentConfig config;
  private final CallIds ids;
  private final AtomicBoolean versionTold = new AtomicBoolean();

  CniBackend(EventBus bus, AgentConfig config, CallIds ids) {
    this.bus = bus;
    this.config = config;
    this.ids = ids;
  }

  @Override
  public Future<AddNetworkReply> addNetwork(AddNetworkRequest request) {
    new Counted(Counter.ADD_REQUESTS, "").publish(bus);
    tellVersion(request.getClientVersion());
    var pod = new PodRef(request.getK8SPODNAMESPACE(), request.getK8SPODNAME());
    var attachment =
        new Attachment(request.getContainerID(), request.getIfName(), request.getNetworkName());
    if (!attachment.complete()) return Future.succeededFuture(refused(pod, "incomplete request"));
    boolean everyCard = request.getRequiresMultiNICAttachment();
    var veths =
        everyCard ? List.<String>of() : LinkNames.hostVeths(config.host().vethPrefix(), pod, 1);
    var wiring = new Wiring(request.getNetns(), veths, Wiring.By.PLUGIN);
    return PoolEndpoints.ASSIGN
        .ask(
            bus,
            new Assign(ids.next(), attachment, pod, wiring, everyCard),
            PoolEndpoints.ASSIGN_DEADLINE)
        .compose(
            assigned ->
                switch (assigned.reply()) {
                  case AssignReply.Granted(var _, var addresses) -> granted(addresses);
                  case AssignReply.Refused no -> Future.succeededFuture(refused(pod, no.message()));
                })
        .recover(CniBackend::unknown);
  }

  private Future<AddNetworkReply> granted(List<GrantedAddress> addresses) {
    return PoolEndpoints.VIEW
        .ask(bus, new ReadView(), PoolEndpoints.DEADLINE)
        .map(view -> reply(addresses, view));
  }

  private AddNetworkReply reply(List<GrantedAddress> addresses, PoolView view) {
    var reply =
        AddNetworkReply.newBuilder()
            .setSuccess(true)
            .addAllIPAllocationMetadata(metadata(addresses))
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

  private static AddNetworkReply refused(PodRef pod, String why) {
    log.atWarn().addKeyValue("pod", pod).addKeyValue("why", why).log("AddNetwork refused");
    return AddNetworkReply.getDefaultInstance();
  }

  @Override
  public Future<DelNetworkReply> delNetwork(DelNetworkRequest request) {
    new Counted(Counter.DEL_REQUESTS, request.getReason()).publish(bus);
    tellVersion(request.getClientVersion());
    var attachment =
        new Attachment(request.getContainerID(), request.getIfName(), request.getNetworkName());
    return PoolEndpoints.FIND
        .ask(bus, new Find(attachment), PoolEndpoints.DEADLINE)
        .compose(
            found ->
                found
                    .holding()
                    .<Future<DataplaneReply>>map(
                        // That plugin removes rules itself, but ours would be healed back.
                        holding ->
                            DataplaneEndpoints.DATAPLANE.ask(
                                bus,
                                new DataplaneRequest.Detach(holding),
                                DataplaneEndpoints.DEADLINE))
                    .orElseGet(
                        () -> Future.succeededFuture(new DataplaneReply.Detached(List.of()))))
        .otherwise(new DataplaneReply.Detached(List.of()))
        .map(
            reply ->
                reply instanceof DataplaneReply.Detached(var veths) ? veths : List.<String>of())
        .compose(
            veths ->
                PoolEndpoints.RELEASE.ask(
                    bus, new Release(attachment, veths), PoolEndpoints.DEADLINE))
        .compose(
            reply ->
                switch (reply) {
                  case ReleaseReply.Released(var _, var addresses) ->
                      Future.succeededFuture(
                          DelNetworkReply.newBuilder()
                              .setSuccess(true)
                              .addAllIPAllocationMetadata(metadata(addresses))
                              .setNetworkPolicyMode(config.policyMode().orElse(""))
                              .build());
                  case ReleaseReply.Unknown() ->
                      Future.failedFuture(new StatusException(GrpcStatus.UNKNOWN, UNKNOWN_POD));
                  case ReleaseReply.NotSaved(var why) ->
                      Future.failedFuture(new StatusException(GrpcStatus.UNKNOWN, why));
                })
        .recover(CniBackend::unknown);
  }

  private static List<IPAllocationMetadata> metadata(List<GrantedAddress> addresses) {
    return addresses.stream()
        .map(
            address -> {
              var one =
                  IPAllocationMetadata.newBuilder()
                      .setDeviceNumber(address.deviceNumber())
                      .setRouteTableId(address.routeTable());
              return (address.ip().v6()
                      ? one.setIPv6Addr(address.ip().toString())
                      : one.setIPv4Addr(address.ip().toString()))
                  .build();
            })
        .toList();
  }

  private static <T> Future<T> unknown(Throwable error) {
    return Future.failedFuture(
        error instanceof StatusException
            ? error
            : new StatusException(GrpcStatus.UNKNOWN, String.valueOf(error.getMessage())));
  }

  private void tellVersion(String client) {
    if (!client.equals(Version.text()) && versionTold.compareAndSet(false, true)) {
      log.atInfo()
          .addKeyValue("client", client)
          .addKeyValue("agent", Version.text())
          .log("a plugin of another version is served too");
    }
  }

  private static List<String> texts(List<Cidr> cidrs) {
    return cidrs.stream().map(Cidr::toString).toList();
  }
}
