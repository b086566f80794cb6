package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.calls.CallsVerticle;
import io.vpccni.ipamd.checkpoint.Checkpoint;
import io.vpccni.ipamd.checkpoint.FileCheckpoint;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.rpc.envelope.EnvelopeServer;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.rpc.wire.cni.AddNetworkReply;
import io.vpccni.rpc.wire.cni.AddNetworkRequest;
import io.vpccni.rpc.wire.cni.CNIBackendClient;
import io.vpccni.rpc.wire.cni.CNIBackendGrpcClient;
import io.vpccni.rpc.wire.cni.DelNetworkReply;
import io.vpccni.rpc.wire.cni.DelNetworkRequest;
import io.vpccni.rpc.wire.introspection.ExplainReply;
import io.vpccni.rpc.wire.introspection.ExplainRequest;
import io.vpccni.rpc.wire.introspection.GetStatusRequest;
import io.vpccni.rpc.wire.introspection.IntrospectionGrpcClient;
import io.vpccni.rpc.wire.introspection.ListConditionsRequest;
import io.vpccni.rpc.wire.introspection.ListHistoryReply;
import io.vpccni.rpc.wire.introspection.ListHistoryRequest;
import io.vpccni.rpc.wire.introspection.NodeStatus;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import io.vpccni.rpc.wire.introspection.WatchPoolRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** This is an agent on its real gRPC socket, and the reference's plugin calling it. */
final class GrpcAgent {
  final FakeProgrammer programmer = new FakeProgrammer();

  /** The agent's clock is ahead of the machine's by this. */
  volatile Duration ahead = Duration.ZERO;

  final List<AttachedEni> enis = new CopyOnWriteArrayList<>(List.of(FakeCloud.PRIMARY));

  Function<KubernetesRequest, Future<KubernetesReply>> kubernetes =
      _ -> Future.succeededFuture(new KubernetesReply.Unavailable("not part of this test"));

  /**
   * This is EC2's answer when it is asked for more: an ADD that finds nothing free waits for it.
   */
  final Promise<Ec2Reply.Failed> more = Promise.promise();

  private final Vertx vertx;
  private final Path folder;
  private EnvelopeServer.Listening listening;
  private GrpcClient client;
  private CNIBackendClient agent;

  @SuppressWarnings("NullAway.Init") // programmerStarts() comes in here
  GrpcAgent(Vertx vertx, Path folder) {
    this.vertx = vertx;
    this.folder = folder;
    this.client = client();
    this.agent = CNIBackendGrpcClient.create(client, socket());
    await(FakeCloud.serve(vertx, enis, more.future()));
    await(AnyQuestion.ofKubernetes(vertx.eventBus(), asked -> kubernetes.apply(asked)));
    programmerStarts();
  }

  void programmerStarts() {
    listening = await(programmer.listen(vertx, folder.resolve("net-programmer.sock")));
  }

  /** The connection closes, with all that is not answered. */
  void programmerDies() {
    await(listening.socket().close());
    until(() -> runtime().call("STATUS", "x", "x").contains("net-programmer cannot be used"));
  }

  void start(String... settings) {
    start(files(), settings);
  }

  void start(Checkpoint checkpoint, String... settings) {
    deploy(checkpoint, settings);
    until(() -> view().readiness() instanceof PoolView.Readiness.Ready);
    until(() -> view().numbers().total() > 0);
  }

  /** Starts without waiting until it can serve. */
  void deploy(Checkpoint checkpoint, String... settings) {
    var env =
        new HashMap<>(
            Map.of(
                "ENABLE_IPv4", "true",
                "ADD_WAIT_SECONDS", "25",
                "IP_COOLDOWN_PERIOD", "0",
                // STATUS then says what a pod would meet.
                "CNI_STATUS_MODE", "strict",
                "AGENT_RUN_DIR", folder.toString()));
    for (var setting : settings) {
      env.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    }
    var config = AgentConfig.parse(env).config();
    var ids = new CallIds();
    var clock = new ElapsedClock(InstantSource.system(), () -> System.nanoTime() + ahead.toNanos());
    PoolVerticles.deploy(vertx, config, checkpoint, clock, ids);
    var self = Set.of(FakeProgrammer.uid());
    deploy(new CallsVerticle(config, ids, clock, self, self));
    FakeCloud.tellFacts(vertx);
  }

  FileCheckpoint files() {
    return PoolVerticles.files(folder);
  }

  private void deploy(VerticleBase verticle) {
    await(vertx.deployVerticle(verticle));
  }

  /** Connects as one execution of the plugin does. */
  void connect() {
    client = client();
    agent = CNIBackendGrpcClient.create(client, socket());
  }

  /** The connection closes, with all calls on it. */
  void disconnect() {
    await(client.close());
  }

  private GrpcClient client() {
    return GrpcClient.client(
        vertx,
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false));
  }

  private SocketAddress socket() {
    return SocketAddress.domainSocketAddress(folder.resolve("ipamd.sock").toString());
  }

  static AddNetworkRequest request(String pod) {
    return AddNetworkRequest.newBuilder()
        .setK8SPODNAME(pod)
        .setK8SPODNAMESPACE("default")
        .setContainerID(pod)
        .setIfName("eth0")
        .setNetworkName("aws-cni")
        .setNetns("/run/netns/" + pod)
        .build();
  }

  AddNetworkReply add(String pod) {
    return await(adding(request(pod)));
  }

  Future<AddNetworkReply> adding(AddNetworkRequest request) {
    return agent.addNetwork(request);
  }

  /** Makes a call that can be cancelled. */
  GrpcClientRequest<AddNetworkRequest, AddNetworkReply> calling(String pod) {
    var call = await(client.request(socket(), CNIBackendGrpcClient.AddNetwork));
    call.end(request(pod));
    return call;
  }

  /** Done when the agent knows: what comes after it on a connection is answered after it. */
  void cancel(GrpcClientRequest<AddNetworkRequest, AddNetworkReply> call) {
    call.cancel();
    await(adding(AddNetworkRequest.getDefaultInstance()));
  }

  /** Fails with the message of the status, which the plugin looks into. */
  DelNetworkReply del(String pod) {
    return ended(await(deleting(pod)));
  }

  /** Returns the answer once it begins. */
  Future<GrpcClientResponse<DelNetworkRequest, DelNetworkReply>> deleting(String pod) {
    var request =
        DelNetworkRequest.newBuilder()
            .setK8SPODNAME(pod)
            .setK8SPODNAMESPACE("default")
            .setContainerID(pod)
            .setIfName("eth0")
            .setNetworkName("aws-cni")
            .setReason("PodDeleted")
            .setK8SPODUID("u1")
            .build();
    return client
        .request(socket(), CNIBackendGrpcClient.DelNetwork)
        .compose(call -> call.send(request));
  }

  private static DelNetworkReply ended(
      GrpcClientResponse<DelNetworkRequest, DelNetworkReply> response) {
    // Fails for any other status than OK, without its message.
    await(response.end().otherwiseEmpty());
    if (response.status() != GrpcStatus.OK) throw new AssertionError(response.statusMessage());
    return await(response.last());
  }

  CniClient runtime() {
    return new CniClient(folder.resolve("cni.sock"));
  }

  /** Snapshots of the pool, as they come, until the call is cancelled. */
  GrpcClientRequest<WatchPoolRequest, PoolSnapshot> watching(Consumer<PoolSnapshot> seen) {
    var call = await(client.request(socket(), IntrospectionGrpcClient.WatchPool));
    call.response().onSuccess(answer -> answer.handler(seen::accept));
    call.end(WatchPoolRequest.getDefaultInstance());
    return call;
  }

  HealthClient health() {
    return new HealthClient(client, socket());
  }

  /** Returns the text of all conditions as the introspection shows them. */
  String conditions() {
    return await(introspection().listConditions(ListConditionsRequest.getDefaultInstance()))
        .toString();
  }

  NodeStatus status() {
    return await(introspection().getStatus(GetStatusRequest.getDefaultInstance()));
  }

  ExplainReply explain(ExplainRequest request) {
    return await(introspection().explain(request));
  }

  ListHistoryReply history() {
    return await(introspection().listHistory(ListHistoryRequest.getDefaultInstance()));
  }

  private IntrospectionGrpcClient introspection() {
    return IntrospectionGrpcClient.create(client, socket());
  }

  PoolView view() {
    return await(PoolEndpoints.VIEW.ask(vertx.eventBus(), new ReadView(), Duration.ofSeconds(5)));
  }

  int branchPods() {
    return await(
            BranchPods.ALL.ask(vertx.eventBus(), new BranchPods.ReadAll(), BranchPods.DEADLINE))
        .holdings()
        .size();
  }
}
