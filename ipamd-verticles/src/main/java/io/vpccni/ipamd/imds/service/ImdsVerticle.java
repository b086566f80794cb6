package io.vpccni.ipamd.imds.service;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.bus.Shared;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.ipamd.imds.ImdsReply.AttachedReply;
import io.vpccni.ipamd.imds.ImdsReply.EniReply;
import io.vpccni.ipamd.imds.ImdsReply.FactsReply;
import io.vpccni.ipamd.imds.ImdsReply.MacsReply;
import io.vpccni.ipamd.imds.ImdsReply.SecurityGroupsReply;
import io.vpccni.ipamd.imds.ImdsReply.Unavailable;
import io.vpccni.ipamd.imds.VpcCidrsChanged;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.metrics.Stopwatch;
import io.vpccni.ipamd.retry.Pauses;
import io.vpccni.ipamd.stream.Streams;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owns the IMDS client and the node's facts; its start does not wait for IMDS. */
public final class ImdsVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ImdsVerticle.class);
  private static final String CONDITION = "ImdsUnreachable";
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);

  private final ImdsSettings settings;
  private final ElapsedClock clock;
  private @Nullable ImdsClient client;
  private @Nullable ImdsReader reader;
  private @Nullable RaisedConditions conditions;
  private KnownFacts known = KnownFacts.NONE;
  private final Shared<NodeFacts> readingFacts = new Shared<>();
  private final Shared<List<AttachedEni>> readingAttached = new Shared<>();

  public ImdsVerticle(ImdsSettings settings, ElapsedClock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    client = new ImdsClient(vertx, settings, clock);
    reader = new ImdsReader(this::counted, settings.ipv6(), settings.ownIpv6());
    var bus = vertx.eventBus();
    conditions = RaisedConditions.on(bus);
    return Future.all(
            ImdsEndpoints.READ_FACTS.serve(
                bus,
                _ ->
                    factsNow()
                        .<FactsReply>map(ImdsReply.Facts::new)
                        .recover(orUnavailable(why -> why))),
            ImdsEndpoints.READ_ATTACHED.serve(
                bus,
                _ ->
                    attached()
                        .<AttachedReply>map(ImdsReply.Attached::new)
                        .recover(orUnavailable(why -> why))),
            ImdsEndpoints.READ_MACS.serve(
                bus,
                _ ->
                    reader()
                        .macs()
                        .<MacsReply>map(ImdsReply.Macs::new)
                        .recover(orUnavailable(why -> why))),
            ImdsEndpoints.READ_ENI.serve(
                bus,
                asked ->
                    reader()
                        .eni(asked.mac())
                        .<EniReply>map(ImdsReply.Eni::new)
                        .recover(orUnavailable(why -> why))),
            ImdsEndpoints.READ_SECURITY_GROUPS.serve(
                bus, _ -> securityGroups().recover(orUnavailable(why -> why))))
        .onSuccess(_ -> learnFacts());
  }

  @Override
  public Future<?> stop() {
    return client == null ? Future.succeededFuture() : client.close();
  }

  /** A read that IMDS did not answer is a reply; anything else is a bug and stays a failure. */
  private static <R> Function<Throwable, Future<R>> orUnavailable(Function<Unavailable, R> reply) {
    return error ->
        error instanceof ImdsFailure failure
            ? Future.succeededFuture(
                reply.apply(new Unavailable(String.valueOf(failure.getMessage()))))
            : Future.failedFuture(error);
  }

  private Future<SecurityGroupsReply> securityGroups() {
    return factsNow()
        .compose(facts -> reader().securityGroups(facts.primary().mac()))
        .map(ImdsReply.SecurityGroups::new);
  }

  /** Returns the facts from memory, or else from one read that all callers share. */
  private Future<NodeFacts> factsNow() {
    return known
        .facts()
        .map(Future::succeededFuture)
        .orElseGet(
            () ->
                readingFacts.join(
                    () -> reader().facts().onSuccess(this::learned).onFailure(this::failed)));
  }

  private Future<List<AttachedEni>> attached() {
    return readingAttached.join(() -> reader().attached());
  }

  /** Reads the facts until IMDS has given them, with pauses that grow. */
  private void learnFacts() {
    var streams = new Streams(context);
    streams.each(
        streams
            .retried(this::factsNow, attempts -> Pauses.doubling(FIRST_RETRY, LAST_RETRY, attempts))
            .toFlowable(),
        _ -> {});
  }

  private void learned(NodeFacts facts) {
    known = known.read(facts);
    reachable();
    ImdsEndpoints.FACTS.publish(vertx.eventBus(), new ImdsReply.Facts(facts));
    ImdsEndpoints.VPC_CIDRS.publish(
        vertx.eventBus(), new VpcCidrsChanged(facts.vpc().ipv4Cidrs(), facts.vpc().ipv6Cidrs()));
    var streams = new Streams(context);
    streams.each(streams.ticks(settings.vpcCidrPeriod()), _ -> watchVpcCidrs());
  }

  private void watchVpcCidrs() {
    known
        .facts()
        .ifPresent(
            facts ->
                reader()
                    .vpcCidrs(facts.primary().mac())
                    .onFailure(this::failed)
                    .onSuccess(this::vpcCidrsRead));
  }

  private void vpcCidrsRead(VpcCidrsChanged cidrs) {
    reachable();
    var before = known;
    known = known.read(cidrs);
    if (known.equals(before)) return;
    log.atInfo().addKeyValue(LogKeys.CIDRS, cidrs).log("VPC CIDRs changed");
    ImdsEndpoints.VPC_CIDRS.publish(vertx.eventBus(), cidrs);
  }

  private void failed(Throwable error) {
    if (!(error instanceof ImdsFailure)) {
      log.error("IMDS could not be read because of a bug", error);
    }
    boolean told = known.unreachable();
    known = known.failed();
    if (told) return;
    var why = String.valueOf(error.getMessage());
    conditions().raise(CONDITION, "", "Unreachable", why + "; going on with what was last known");
    log.atWarn().addKeyValue(LogKeys.WHY, why).log("IMDS does not answer");
  }

  private void reachable() {
    known = known.reachable();
    if (conditions().lower(CONDITION, "")) log.info("IMDS answers again");
  }

  private Future<Optional<String>> counted(String name, String path) {
    var took = Stopwatch.started();
    return Objects.requireNonNull(client)
        .get(path)
        .onComplete(
            done ->
                ApiCallMade.TOPIC.publish(
                    vertx.eventBus(),
                    new ApiCallMade(
                        ApiCallMade.Service.IMDS,
                        name,
                        done.succeeded() ? ApiCallMade.Outcome.OK : ApiCallMade.Outcome.REFUSED,
                        done.succeeded() ? "" : "IMDSRequestError",
                        Duration.ofNanos(took.nanos()),
                        Duration.ZERO)));
  }

  private RaisedConditions conditions() {
    return Objects.requireNonNull(conditions);
  }

  private ImdsReader reader() {
    return Objects.requireNonNull(reader);
  }
}
