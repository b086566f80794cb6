package io.vpccni.ipamd.dataplane;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.dataplane.DataplaneReply.AttachReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.CheckReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.ConflistReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.DetachReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.PolicyReply;
import io.vpccni.ipamd.dataplane.DataplaneReply.Unavailable;
import io.vpccni.ipamd.dataplane.DataplaneReply.VethsReply;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import java.util.List;
import java.util.function.Function;

/**
 * Asks the data plane; each question is a method. A future never fails: where the bus brought no
 * answer, the reply is {@link Unavailable} with an unknown outcome.
 */
public record DataplaneCalls(EventBus bus) {
  /**
   * Wires a pod.
   *
   * @param mtu of the pod's links, 576 to 9001
   */
  public Future<AttachReply> attach(Holding holding, int mtu) {
    return ask(DataplaneEndpoints.ATTACH, new DataplaneRequest.Attach(holding, mtu), lost -> lost);
  }

  /** Removes a pod's rules and routes. */
  public Future<DetachReply> detach(Holding holding) {
    return ask(DataplaneEndpoints.DETACH, new DataplaneRequest.Detach(holding), lost -> lost);
  }

  public Future<CheckReply> check(Holding holding, int mtu) {
    return ask(DataplaneEndpoints.CHECK, new DataplaneRequest.Check(holding, mtu), lost -> lost);
  }

  public Future<VethsReply> listVeths() {
    return ask(DataplaneEndpoints.LIST_VETHS, new DataplaneRequest.ListVeths(), lost -> lost);
  }

  public Future<HostReply> applyHost(List<AttachedEni> enis) {
    return ask(DataplaneEndpoints.APPLY_HOST, new DataplaneRequest.ApplyHost(enis), lost -> lost);
  }

  public Future<ConflistReply> installConflist(String text) {
    return ask(
        DataplaneEndpoints.INSTALL_CONFLIST,
        new DataplaneRequest.InstallConflist(text),
        lost -> lost);
  }

  public Future<PolicyReply> enforcePolicy(PodRef pod, String mode, int interfaces) {
    return ask(
        DataplaneEndpoints.ENFORCE_POLICY,
        new DataplaneRequest.EnforcePolicy(pod, mode, interfaces),
        lost -> lost);
  }

  public Future<PolicyReply> deletePolicy(PodRef pod) {
    return ask(
        DataplaneEndpoints.DELETE_POLICY, new DataplaneRequest.DeletePolicy(pod), lost -> lost);
  }

  /**
   * Asks one question.
   *
   * @param lost an {@link Unavailable} as a reply to this question, which each reply type permits
   *     but no type bound can say
   */
  private <Q extends DataplaneRequest, R extends DataplaneReply> Future<R> ask(
      Endpoint<Q, R> endpoint, Q request, Function<Unavailable, R> lost) {
    return endpoint
        .ask(bus, request, DataplaneEndpoints.DEADLINE)
        .otherwise(error -> lost.apply(new Unavailable(error.toString(), true)));
  }
}
