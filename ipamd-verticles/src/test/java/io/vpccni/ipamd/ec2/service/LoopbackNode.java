package io.vpccni.ipamd.ec2.service;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.ByReferenceCodec;
import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.config.SdkConfig;
import io.vpccni.ipamd.ec2.Ec2Endpoints;
import io.vpccni.ipamd.ec2.Ec2Reply.AssignAddressesReply;
import io.vpccni.ipamd.ec2.Ec2Reply.CreateEniReply;
import io.vpccni.ipamd.ec2.Ec2Reply.DescribeAttachedReply;
import io.vpccni.ipamd.ec2.Ec2Reply.FreeEniReply;
import io.vpccni.ipamd.ec2.Ec2Reply.UnassignAddressesReply;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.ExpectedReplies;
import io.vpccni.ipamd.ec2.LimitsReply;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.imds.service.ImdsSettings;
import io.vpccni.ipamd.imds.service.ImdsVerticle;
import io.vpccni.ipamd.retry.Waiting;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.sim.VpcSim;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.cloud.EffectListener;
import io.vpccni.sim.ec2.Eni;
import io.vpccni.sim.ec2.KnownTypes;
import io.vpccni.sim.ec2.SceneCall;
import io.vpccni.sim.faults.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A simulated cloud with one instance, and the agent's EC2 and IMDS side as that instance runs it:
 * real verticles, AWS's own client, HTTP on loopback.
 */
public final class LoopbackNode implements AutoCloseable {
  public final Cloud cloud;
  public final VpcSim sim;
  final String vpc;
  final String subnet;
  public final String instance;
  final Queue<ConditionChanged> conditions = new ConcurrentLinkedQueue<>();
  final Queue<ApiCallMade> calls = new ConcurrentLinkedQueue<>();

  private final InstantSource cloudClock;

  /** The agent's wall clock, which a test may set. */
  private final AtomicReference<Duration> wallClockOffset = new AtomicReference<>(Duration.ZERO);

  private final InstantSource wallClock = () -> Instant.now().plus(wallClockOffset.get());

  /** The agent has a Vert.x of its own, because all of it ends in a crash. */
  private @Nullable Vertx agent;

  /**
   * @param outside is where the simulated cloud runs; it outlives the agent
   */
  public LoopbackNode(Vertx outside, String type) {
    this(outside, type, CloudSettings.prompt());
  }

  LoopbackNode(Vertx outside, String type, CloudSettings settings) {
    this(outside, type, settings, new KnownTypes());
  }

  /**
   * @param cloudClock the clock of EC2 and of all other services
   */
  LoopbackNode(Vertx outside, String type, InstantSource cloudClock) {
    this(outside, type, CloudSettings.prompt(), new KnownTypes(), cloudClock);
  }

  LoopbackNode(Vertx outside, String type, CloudSettings settings, KnownTypes types) {
    this(outside, type, settings, types, InstantSource.system());
  }

  /**
   * @param cloudClock the clock of EC2 and of all other services
   */
  LoopbackNode(
      Vertx outside,
      String type,
      CloudSettings settings,
      KnownTypes types,
      InstantSource cloudClock) {
    this.cloudClock = cloudClock;
    cloud = new Cloud(settings, types);
    sim = Waiting.done(VpcSim.start(outside, cloud, EffectListener.NONE, cloudClock));
    scene(new SceneCall.CreateVpc(Cidr.parse("10.0.0.0/16"), true, new TreeMap<>()));
    vpc = cloud.state().vpcs().stream().findFirst().orElseThrow().id();
    subnet = subnet("10.0.0.0/20", Map.of());
    var ipv6 =
        cloud.state().vpcs().stream().findFirst().orElseThrow().blocks(true).getFirst().network();
    scene(new SceneCall.AssociateSubnetCidrBlock(subnet, new Cidr(ipv6, 64)));
    scene(SceneCall.RunInstances.one(type, subnet, List.of(), new TreeMap<>()));
    instance = cloud.state().instances().stream().findFirst().orElseThrow().id();
    Waiting.within(
        "the instance's metadata service", () -> sim.endpoints().imds().containsKey(instance));
  }

  private void scene(SceneCall call) {
    cloud.perform(call, cloudClock.instant());
  }

  /** A further subnet in the same zone; returns its id. */
  String subnet(String cidr, Map<String, String> tags) {
    scene(
        new SceneCall.CreateSubnet(
            vpc,
            Cidr.parse(cidr),
            Optional.empty(),
            cloud.state().subnets().stream().findFirst().map(s -> s.zone()),
            new TreeMap<>(tags)));
    return cloud.state().subnets().stream()
        .filter(s -> s.cidr().equals(Cidr.parse(cidr)))
        .findFirst()
        .orElseThrow()
        .id();
  }

  LoopbackNode agent() {
    return agent(settings -> settings);
  }

  /** Starts the agent's side, as after a start of the process. */
  LoopbackNode agent(UnaryOperator<Ec2Settings> change) {
    return agent(instance, change);
  }

  /** Starts the agent's side of any instance of the cloud. */
  LoopbackNode agent(String on, UnaryOperator<Ec2Settings> change) {
    // The SDK's credential chain; what the simulator makes of them does not matter here.
    System.setProperty("aws.accessKeyId", "AKIATEST");
    System.setProperty("aws.secretAccessKey", "secret");
    var vertx = Vertx.vertx();
    agent = vertx;
    ByReferenceCodec.register(vertx);
    Waiting.done(ConditionChanged.TOPIC.hear(vertx.eventBus(), conditions::add));
    Waiting.done(ApiCallMade.TOPIC.hear(vertx.eventBus(), calls::add));
    var d = DefaultSettings.ec2();
    var settings =
        new Ec2Settings(
            new Ec2Settings.Connection(
                Optional.of(sim.endpoints().ec2()),
                Duration.ofSeconds(3),
                Duration.ofSeconds(15),
                "test",
                DefaultSettings.DIRECT),
            d.tagging(),
            d.networking(),
            d.access());
    var imdsUrl = Objects.requireNonNull(sim.endpoints().imds().get(on)).toString();
    var changed = change.apply(settings);
    Waiting.done(
        vertx.deployVerticle(
            new ImdsVerticle(
                ImdsSettings.of(
                    new SdkConfig.Metadata(imdsUrl, "IPv4", false, false),
                    changed.networking().ipv6(),
                    false),
                ElapsedClock.system())));
    Waiting.done(
        vertx.deployVerticle(new Ec2Verticle(changed, wallClock, new SplittableRandom(1))));
    return this;
  }

  /** Returns where the agent's verticles run. */
  Vertx agentVertx() {
    return Objects.requireNonNull(agent, "not started");
  }

  /** The process is gone, whatever it was about to do. */
  void crash() {
    var vertx = agent;
    agent = null;
    if (vertx != null) {
      Waiting.done(vertx.close());
    }
  }

  private <Q extends BusMessage, R extends BusMessage> Future<R> send(
      Endpoint<Q, R> endpoint, Q request) {
    return endpoint.ask(agentVertx().eventBus(), request, Ec2Endpoints.DEADLINE);
  }

  Future<CreateEniReply> send(CreateEni request) {
    return send(Ec2Endpoints.CREATE_ENI, request);
  }

  Future<FreeEniReply> send(FreeEni request) {
    return send(Ec2Endpoints.FREE_ENI, request);
  }

  AssignAddressesReply ask(AssignAddresses request) {
    return Waiting.done(send(Ec2Endpoints.ASSIGN_ADDRESSES, request));
  }

  UnassignAddressesReply ask(UnassignAddresses request) {
    return Waiting.done(send(Ec2Endpoints.UNASSIGN_ADDRESSES, request));
  }

  CreateEniReply ask(CreateEni request) {
    return Waiting.done(send(request));
  }

  FreeEniReply ask(FreeEni request) {
    return Waiting.done(send(request));
  }

  DescribeAttachedReply ask(DescribeAttached request) {
    return Waiting.done(send(Ec2Endpoints.DESCRIBE_ATTACHED, request));
  }

  LimitsReply limits() {
    return Waiting.done(send(Ec2Endpoints.LIMITS, new LimitsReply.ReadLimits()));
  }

  List<AttachedEni> describe() {
    return ExpectedReplies.described(ask(new DescribeAttached()));
  }

  static CreateEni newEni(int count) {
    return new CreateEni(0, AddressKind.SECONDARY_IP, count, Optional.empty());
  }

  AttachedEni create(int count) {
    return ExpectedReplies.created(ask(newEni(count)));
  }

  EniId primary() {
    return new EniId(cloud.state().primaryEniOf(instance).orElseThrow().id());
  }

  void jumpWallClock(Duration offset) {
    wallClockOffset.set(offset);
  }

  void fault(Fault fault) {
    cloud.faults(plan -> plan.add(fault));
  }

  void heal() {
    cloud.faults(plan -> plan.all().keySet().stream().filter(plan::remove).count());
  }

  /** Our ENIs that hang about unattached: there must be none in the end. */
  List<String> available() {
    return cloud.state().enis().stream()
        .filter(eni -> eni.status(cloudClock.instant()).equals("available"))
        .map(Eni::id)
        .toList();
  }

  List<Eni> attached() {
    return cloud.state().enisOf(instance).toList();
  }

  /** Returns how often each action was called. */
  Map<String, Long> counts() {
    var counts = new HashMap<String, Long>();
    cloud.log().counts().keySet().forEach(a -> counts.put(a, cloud.log().count(a)));
    return counts;
  }

  @Override
  public void close() {
    crash();
    Waiting.done(sim.close());
  }
}
