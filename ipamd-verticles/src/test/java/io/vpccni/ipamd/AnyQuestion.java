package io.vpccni.ipamd;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest;
import java.util.List;
import java.util.function.Function;

/** Serves all endpoints of one contract by one function, as tests like to; a wrong reply fails. */
public final class AnyQuestion {
  private AnyQuestion() {}

  public static Future<?> ofDataplane(
      EventBus bus, Function<DataplaneRequest, Future<DataplaneReply>> service) {
    return Future.all(
        List.of(
            serve(bus, DataplaneEndpoints.ATTACH, service),
            serve(bus, DataplaneEndpoints.DETACH, service),
            serve(bus, DataplaneEndpoints.CHECK, service),
            serve(bus, DataplaneEndpoints.LIST_VETHS, service),
            serve(bus, DataplaneEndpoints.APPLY_HOST, service),
            serve(bus, DataplaneEndpoints.INSTALL_CONFLIST, service),
            serve(bus, DataplaneEndpoints.ENFORCE_POLICY, service),
            serve(bus, DataplaneEndpoints.DELETE_POLICY, service)));
  }

  public static Future<?> ofKubernetes(
      EventBus bus, Function<KubernetesRequest, Future<KubernetesReply>> service) {
    return Future.all(
        serve(bus, KubernetesEndpoints.ENI_CONFIG, service),
        serve(bus, KubernetesEndpoints.POD, service),
        serve(bus, KubernetesEndpoints.WRITE, service));
  }

  private static <S extends BusMessage, Q extends S, T extends BusMessage, R extends T>
      Future<Void> serve(EventBus bus, Endpoint<Q, R> endpoint, Function<S, Future<T>> service) {
    return endpoint.serve(bus, asked -> service.apply(asked).map(endpoint.replyType()::cast));
  }
}
