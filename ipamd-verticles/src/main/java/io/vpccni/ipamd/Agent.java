package io.vpccni.ipamd;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.branch.service.BranchPodsVerticle;
import io.vpccni.ipamd.branch.service.TrunkVerticle;
import io.vpccni.ipamd.bus.ByReferenceCodec;
import io.vpccni.ipamd.calls.CallsVerticle;
import io.vpccni.ipamd.checkpoint.BootId;
import io.vpccni.ipamd.checkpoint.Checkpoint;
import io.vpccni.ipamd.checkpoint.CheckpointDates;
import io.vpccni.ipamd.checkpoint.CheckpointFiles;
import io.vpccni.ipamd.checkpoint.EgressCheckpoint;
import io.vpccni.ipamd.checkpoint.EgressFiles;
import io.vpccni.ipamd.checkpoint.FileCheckpoint;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.config.EgressRange;
import io.vpccni.ipamd.conflist.ConflistVerticle;
import io.vpccni.ipamd.dataplane.service.DataplaneVerticle;
import io.vpccni.ipamd.ec2.service.Ec2Verticle;
import io.vpccni.ipamd.holding.WarmUpNews;
import io.vpccni.ipamd.http.HttpVerticle;
import io.vpccni.ipamd.imds.service.ImdsSettings;
import io.vpccni.ipamd.imds.service.ImdsVerticle;
import io.vpccni.ipamd.kubernetes.service.KubernetesVerticle;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.memory.MemoryVerticle;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.service.PoolVerticle;
import io.vpccni.rpc.process.CannotStart;
import io.vpccni.rpc.socket.NativeVertx;
import io.vpccni.rpc.time.ElapsedClock;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the verticles, in order, and stops them. Only three things stop a start: settings that
 * contradict each other, a socket that cannot be had, a state folder that cannot be written. All
 * else is a condition, and is tried again.
 */
final class Agent {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);

  /** Root runs the executable; the agent's own user runs probes and the policy agent's tools. */
  static final Set<Integer> CNI_PEERS = Set.of(0);

  private static final Set<Integer> GRPC_PEERS = Set.of(0, 10001);
  private static final String EGRESS_FILES = "EgressFilesUnwritable";
  private static final int BLOCKING_THREADS = 4;
  private static final long START_SECONDS = 60;

  private final AgentConfig.Parsed settings;
  private final AgentConfig config;
  private final Set<Integer> cniPeers;
  private @Nullable Vertx vertx;
  private @Nullable PoolVerticle pool;
  private final WarmUp warmUp;

  /**
   * @param cniPeers user ids that may call {@code cni.sock}
   */
  Agent(AgentConfig.Parsed settings, Set<Integer> cniPeers) {
    this.settings = settings;
    this.cniPeers = Set.copyOf(cniPeers);
    this.config = settings.config();
    this.warmUp = new WarmUp(config.process().runFolder(), WarmUp.PODS, WarmUp.AFTER_START);
  }

  /**
   * Returns once the sockets listen and the checkpoint has been read.
   *
   * @throws CannotStart if one of the three causes applies
   */
  void start() {
    var files = new CheckpointFiles(config.process().checkpoint());
    try {
      files.probe();
      await(deploy(files), START_SECONDS, TimeUnit.SECONDS);
      warmUp();
    } catch (IOException | ExecutionException | TimeoutException failed) {
      throw CannotStart.because(failed);
    }
  }

  private void warmUp() {
    if (vertx == null) return;
    var _ = warmUp.start(vertx);
  }

  private Future<?> deploy(CheckpointFiles files) {
    // One event loop: messages between verticles then cost no thread switch, and the pool, the
    // only one with work to do, decides in microseconds.
    var started =
        NativeVertx.create(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(BLOCKING_THREADS)
                .setInternalBlockingPoolSize(BLOCKING_THREADS));
    vertx = started;
    ByReferenceCodec.register(started);
    var clock = ElapsedClock.system();
    var ids = new CallIds();
    var dates = new CheckpointDates(clock, BootId.ofThisMachine());
    var owner = new PoolVerticle(config, checkpoint(files, dates, started.eventBus()), clock, ids);
    pool = owner;
    // The sockets come first: until the agent can serve, they say so instead of being absent.
    return started
        .deployVerticle(new CallsVerticle(config, ids, clock, cniPeers, GRPC_PEERS))
        // The node is not ready before its first pod is served fast; the warm-up ends this.
        .onSuccess(_ -> WarmUpNews.TOPIC.publish(started.eventBus(), new WarmUpNews.Begun()))
        // Before the data plane, whose first connection it waits for.
        .compose(_ -> optional(started, new ConflistVerticle(config)))
        // Before the data plane, too: a first Sync names these pods.
        .compose(
            _ ->
                started.deployVerticle(
                    new BranchPodsVerticle(config.process().checkpoint(), clock, dates)))
        .compose(_ -> deployOthers(started, clock))
        .compose(_ -> started.deployVerticle(owner))
        .onSuccess(_ -> log.info("Serving; what is not known yet is still being read"));
  }

  private Checkpoint checkpoint(CheckpointFiles files, CheckpointDates dates, EventBus bus) {
    var range = EgressRange.of(config.ipv6());
    return new EgressCheckpoint(
        new FileCheckpoint(files, dates),
        new EgressFiles(range.files(), range.cidr()),
        why ->
            ConditionChanged.TOPIC.publish(
                bus,
                why.map(
                        text ->
                            ConditionChanged.raised(
                                EGRESS_FILES,
                                "",
                                "Unwritable",
                                text
                                    + ": another agent that takes this node over would not know"
                                    + " which egress addresses are in use; init makes the folder"))
                    .orElseGet(() -> ConditionChanged.over(EGRESS_FILES, ""))));
  }

  private Future<?> deployOthers(Vertx on, ElapsedClock clock) {
    return Future.join(
        optional(
            on,
            new ImdsVerticle(
                ImdsSettings.of(
                    config.aws().sdk().metadata(), config.ipv6(), config.host().egress().ipv6()),
                clock)),
        optional(
            on,
            new Ec2Verticle(
                Ec2Choice.of(config), InstantSource.system(), RandomGenerator.getDefault())),
        optional(on, new KubernetesVerticle(KubernetesChoice.of(config), clock)),
        optional(on, new DataplaneVerticle(config)),
        Future.join(
            optional(on, new HttpVerticle(settings, clock)),
            optional(on, new MemoryVerticle(clock, System::gc))),
        config.features().podEni()
            ? optional(on, new TrunkVerticle(config))
            : Future.succeededFuture());
  }

  /** A part that cannot start is reported and does not stop the rest. */
  private static Future<?> optional(Vertx on, VerticleBase verticle) {
    return on.deployVerticle(verticle)
        .onFailure(
            broken ->
                log.atError()
                    .addKeyValue(LogKeys.PART, verticle.getClass().getSimpleName())
                    .setCause(broken)
                    .log("A part of the agent did not start"))
        .otherwiseEmpty();
  }

  void stop(long limit, TimeUnit unit) {
    warmUp.end();
    if (pool != null) pool.terminating();
    if (vertx == null) return;
    try {
      await(vertx.close(), limit, unit);
    } catch (ExecutionException | TimeoutException late) {
      log.atWarn().addKeyValue(LogKeys.WHY, late.toString()).log("The agent did not stop cleanly");
    }
  }

  private static void await(Future<?> future, long limit, TimeUnit unit)
      throws ExecutionException, TimeoutException {
    try {
      future.toCompletionStage().toCompletableFuture().get(limit, unit);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new TimeoutException("interrupted");
    }
  }
}
