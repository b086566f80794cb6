package io.vpccni.sim.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.cloudwatch.Metrics;
import io.vpccni.sim.ec2.Attachment;
import io.vpccni.sim.ec2.Effect;
import io.vpccni.sim.ec2.Instance;
import io.vpccni.sim.imds.Imds;
import io.vpccni.sim.kubernetes.KubernetesApi;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Runs the HTTP servers: one per service, and one per instance for its metadata. */
public final class Servers {
  /** Names the services that can fail apart from each other. */
  public enum Service {
    EC2,
    IMDS,
    STS,
    CLOUDWATCH
  }

  private final Vertx vertx;
  private final Cloud cloud;
  private final InstantSource clock;
  private final Imds imds;
  private final AccessKeys keys;
  private final Ec2Service ec2;
  private final Metrics metrics = new Metrics();
  private final Map<Service, Gate> gates = new EnumMap<>(Service.class);
  private final Map<String, HttpServer> byName = new ConcurrentHashMap<>();
  private final Map<String, HttpServer> byInstance = new ConcurrentHashMap<>();
  private volatile @Nullable KubernetesApi kubernetes;

  public Servers(Vertx vertx, Cloud cloud, InstantSource clock, Runnable afterCall) {
    this.vertx = vertx;
    this.cloud = cloud;
    this.clock = clock;
    this.imds = new Imds(cloud);
    this.keys = new AccessKeys(cloud);
    this.ec2 = new Ec2Service(vertx, cloud, keys, clock, afterCall);
    Arrays.stream(Service.values()).forEach(service -> gates.put(service, new Gate(vertx)));
  }

  public Imds imds() {
    return imds;
  }

  /** Returns the access keys that may call EC2. */
  public AccessKeys keys() {
    return keys;
  }

  public Gate gate(Service service) {
    var gate = gates.get(service);
    if (gate == null) {
      throw new IllegalStateException("no gate for " + service);
    }
    return gate;
  }

  public Future<Void> listen() {
    var bySource = new ImdsService(imds, clock, this::sourceInstance);
    return Future.all(
            serve("ec2", Service.EC2, new HttpServerOptions(), ec2),
            serve("sts", Service.STS, new HttpServerOptions(), sts()),
            serve("cloudwatch", Service.CLOUDWATCH, new HttpServerOptions(), cloudWatch()),
            KubernetesApi.start(vertx, clock).onSuccess(api -> kubernetes = api),
            serve(
                "imds", Service.IMDS, new HttpServerOptions().setUseProxyProtocol(true), bySource))
        .compose(
            _ ->
                Future.all(
                    cloud.state().instances().stream()
                        .filter(Instance::exists)
                        .map(instance -> launch(instance.id()))
                        .toList()))
        .mapEmpty();
  }

  /** Opens and closes the metadata servers of instances. */
  public Future<Void> follow(List<Effect> effects) {
    var changes = new ArrayList<Future<?>>();
    for (var effect : effects) {
      switch (effect) {
        case Effect.InstanceLaunched(var id, _) -> changes.add(launch(id));
        case Effect.InstanceTerminated(var id) -> changes.add(terminate(id));
        case Effect.VpcChanged _,
            Effect.SubnetChanged _,
            Effect.SubnetDeleted _,
            Effect.EniAttached _,
            Effect.EniDetached _,
            Effect.EniDeleted _,
            Effect.AddressAssigned _,
            Effect.AddressUnassigned _,
            Effect.PublicAddressMapped _,
            Effect.PublicAddressUnmapped _,
            Effect.SourceDestCheckChanged _ -> {}
      }
    }
    return Future.all(changes).mapEmpty();
  }

  private StsService sts() {
    return new StsService(cloud.state().account(), keys, clock);
  }

  private CloudWatchService cloudWatch() {
    return new CloudWatchService(metrics, clock);
  }

  /** Returns the metric data that CloudWatch has received. */
  public Metrics metrics() {
    return metrics;
  }

  public KubernetesApi kubernetes() {
    var api = kubernetes;
    if (api == null) {
      throw new IllegalStateException("the Kubernetes API is not listening yet");
    }
    return api;
  }

  private Future<Void> launch(String instanceId) {
    var service = new ImdsService(imds, clock, _ -> Optional.of(instanceId));
    return open(new HttpServerOptions(), gate(Service.IMDS).before(service))
        .onSuccess(server -> byInstance.put(instanceId, server))
        .mapEmpty();
  }

  private Future<Void> terminate(String instanceId) {
    var server = byInstance.remove(instanceId);
    return server == null ? Future.succeededFuture() : server.close();
  }

  private Future<Void> serve(
      String name, Service service, HttpServerOptions options, Handler<HttpServerRequest> handler) {
    return open(options, gate(service).before(handler))
        .onSuccess(server -> byName.put(name, server))
        .mapEmpty();
  }

  private Future<HttpServer> open(HttpServerOptions options, Handler<HttpServerRequest> handler) {
    return vertx.createHttpServer(options).requestHandler(handler).listen(0, "127.0.0.1");
  }

  /** Returns the instance whose ENI has the source address, its own or a pod's. */
  private Optional<String> sourceInstance(HttpServerRequest request) {
    var from = Ip.parse(request.remoteAddress().hostAddress());
    return cloud.state().enis().stream()
        .filter(eni -> eni.addresses().stream().anyMatch(address -> address.contains(from)))
        .flatMap(eni -> eni.attachment().stream())
        .map(Attachment::instanceId)
        .findFirst();
  }

  public Endpoints endpoints() {
    var imdsOf = new TreeMap<String, URI>();
    byInstance.forEach((id, server) -> imdsOf.put(id, Endpoints.local(server.actualPort())));
    return new Endpoints(
        uri("ec2"), uri("sts"), uri("cloudwatch"), kubernetes().uri(), uri("imds"), imdsOf);
  }

  private URI uri(String name) {
    var server = byName.get(name);
    if (server == null) {
      throw new IllegalStateException(name + " is not listening yet");
    }
    return Endpoints.local(server.actualPort());
  }

  public Future<Void> close() {
    var all = new ArrayList<HttpServer>(byName.values());
    all.addAll(byInstance.values());
    var api = kubernetes;
    var closing = new ArrayList<Future<?>>(all.stream().map(HttpServer::close).toList());
    if (api != null) {
      closing.add(api.close());
    }
    return Future.all(closing).mapEmpty();
  }
}
